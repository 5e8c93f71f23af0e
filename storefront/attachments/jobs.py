"""Background tasks: look into files that have come, and erase what is no longer kept."""

from storefront import clock, jobs
from storefront.attachments import checking, service, storage
from storefront.attachments.gates import gate_of
from storefront.attachments.values import Kept
from storefront.crypto import sha256
from storefront.db import transaction


@jobs.job("attachments.check")
def check(ref: str) -> None:
    """Opens a file in a process of its own, keeps what is to be kept, then accepts or refuses it."""
    with transaction() as session:
        attachment = service.by_ref(session, ref)
        if attachment is None or attachment.state != "checking":
            return
        if attachment.removed_at is not None:  # while it waited
            jobs.defer(session, tidy, ref=ref)
            return
        parts, folder = list(attachment.parts), attachment.folder
        keep_original = gate_of(attachment.owner_kind).keep_original
    data = storage.joined(parts)
    finding = checking.inspect(data)
    content = {}
    if finding.fault is None:
        as_it_came = keep_original or "picture" not in finding.derived
        content = {**finding.derived, **({"original": data} if as_it_came else {})}
    kept = Kept(sha256(data), storage.put(folder, content))
    with transaction() as session:
        service.decide(session, attachment, finding, kept, clock.now())


@jobs.job("attachments.tidy")
def tidy(ref: str) -> None:
    """Erases from the store what the row no longer names."""
    with transaction() as session:
        attachment = service.by_ref(session, ref)
        if attachment is None:
            return
        folder, keep = attachment.folder, [*attachment.parts, *attachment.stored.values()]
    storage.tidy(folder, keep)


@jobs.job("attachments.forget", cron="17 * * * *")
def forget() -> None:
    """Every hour: uploads that nobody finished, and files whose time of retention is over."""
    now = clock.now()
    with transaction() as session:
        service.forget_due(session, now, clock.local_date(now))
