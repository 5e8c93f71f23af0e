"""Use cases of attachments: take in piece by piece, accept or refuse, list, remove, retain.

Bytes are put into the file store by the callers, outside of transactions (`storage.py`).
"""

from collections.abc import Collection
from datetime import date, datetime

from flask import current_app
from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from storefront import clock, jobs
from storefront.access import Member
from storefront.attachments import rules, storage
from storefront.attachments.checking import Finding
from storefront.attachments.gates import gate_of
from storefront.attachments.models import Attachment
from storefront.attachments.values import (
    FileRefused,
    Kept,
    Limits,
    Offer,
    Owner,
    Piece,
    WrongOffset,
)
from storefront.audit import service as audit
from storefront.audit.service import Deed
from storefront.crypto import is_reference, new_reference, token_hash
from storefront.errors import NotFound

CHECK, TIDY = "attachments.check", "attachments.tidy"


def limits(now: datetime) -> Limits:
    """How large and how many files may be, and until when they are kept at least."""
    settings = current_app.extensions["settings"]
    kept = clock.add_years(clock.local_date(now), int(settings.retention_short_years))
    return Limits(int(settings.upload_megabytes) * 1024**2, int(settings.upload_files), kept)


def begin(
    session: Session, owner: Owner, offer: Offer, limits: Limits, now: datetime
) -> Attachment:
    """Room for a file of an announced size; an interrupted upload of the same file goes on.

    Raises:
        NotFound: for a purpose that cannot be one.
        FileRefused: where the file is empty, too large, or one too many.
    """
    if not rules.is_purpose(offer.purpose):
        raise NotFound
    _lock_owner(session, owner)
    there = of(session, owner.kind, owner.ref)
    mark = token_hash(f"{offer.by}/{offer.purpose}/{offer.mark}") if offer.mark else None
    for known in there:
        if mark and known.mark == mark and _goes_on(known, offer, now):
            return known
    counted = [item for item in there if item.state != "refused"]
    fault = rules.announced_fault(offer.size, len(counted), limits.size, limits.files)
    if fault:
        raise FileRefused(fault)
    attachment = Attachment(
        ref=new_reference("D"),
        owner_kind=owner.kind,
        owner_ref=owner.ref,
        purpose=offer.purpose,
        state="uploading",
        file_name=rules.clean_name(offer.name),
        size=offer.size,
        folder=storage.new_folder(),
        stored={},
        parts=[],
        received=0,
        mark=mark,
        uploaded_by=offer.by,
        created_at=now,
        expires_at=now + rules.UNFINISHED_LIVES,
        retain_until=limits.retain_until,
    )
    session.add(attachment)
    session.flush()
    if offer.by.startswith(rules.STAFF):
        _note_added(session, attachment, now)
    return attachment


def append(session: Session, attachment: Attachment, offset: int, piece: Piece) -> Attachment:
    """Adds the piece that begins at `offset`; the last one sends the file to be checked.

    A file whose beginning shows that it is none of ours is refused at once.
    Raises WrongOffset, which says where to go on; the piece is then not used.
    """
    row = lock(session, attachment)
    fits = row.received + piece.size <= row.size
    if row.state != "uploading" or offset != row.received or not fits:
        raise WrongOffset(row.received)
    fault = rules.head_fault(piece.head, row.file_name) if offset == 0 else None
    row.parts = [*row.parts, piece.name]
    row.received += piece.size
    if fault:
        _refuse(session, row, fault)
    elif row.received == row.size:
        finish(session, row)
    return row


def finish(session: Session, attachment: Attachment) -> None:
    """Everything has come: a job opens the file and decides."""
    attachment.state = rules.next_state(attachment.state, "checking")
    attachment.expires_at = attachment.mark = None
    jobs.defer(session, jobs.queue.tasks[CHECK], ref=attachment.ref)


def decide(
    session: Session, attachment: Attachment, finding: Finding, kept: Kept, now: datetime
) -> None:
    """Accepts or refuses a file that was looked at; deciding again changes nothing."""
    row = lock(session, attachment)
    if row.state != "checking":
        return
    if row.removed_at is not None:
        _tidy(session, row)
        return
    row.sha256 = kept.sha256
    row.media_type = finding.media_type
    row.width, row.height, row.pages = finding.width, finding.height, finding.pages
    if finding.fault:
        _refuse(session, row, finding.fault)
        return
    row.stored, row.parts = kept.stored, []
    row.state = rules.next_state(row.state, "ready")
    _tidy(session, row)
    arrived = gate_of(row.owner_kind).arrived
    if arrived is not None:
        arrived(session, row, now)


def get(session: Session, ref: str) -> Attachment:
    """A file that was not removed. Raises NotFound. Who may have it, the gate decides."""
    found = by_ref(session, ref) if is_reference(ref, "D") else None
    if found is None or found.removed_at is not None:
        raise NotFound
    return found


def by_ref(session: Session, ref: str) -> Attachment | None:
    """The row of a reference, removed or not."""
    return session.scalar(select(Attachment).where(Attachment.ref == ref))


def of(session: Session, owner_kind: str, owner_ref: str) -> list[Attachment]:
    """All files of an owner that were not removed, in whatever state, oldest first."""
    return of_kinds(session, (owner_kind,), owner_ref)


def of_kinds(session: Session, owner_kinds: Collection[str], owner_ref: str) -> list[Attachment]:
    """The same of everything that has this reference and is of one of these kinds."""
    return list(
        session.scalars(
            select(Attachment)
            .where(
                Attachment.owner_kind.in_(owner_kinds),
                Attachment.owner_ref == owner_ref,
                Attachment.removed_at.is_(None),
            )
            .order_by(Attachment.id)
        )
    )


def same_file(session: Session, sha256: str) -> list[Attachment]:
    """All accepted files with exactly this content, of every owner, oldest first."""
    same = (Attachment.sha256 == sha256, Attachment.state == "ready")
    return list(
        session.scalars(
            select(Attachment).where(*same, Attachment.removed_at.is_(None)).order_by(Attachment.id)
        )
    )


def remove(session: Session, attachment: Attachment, now: datetime) -> None:
    """Takes a file away; its bytes are erased right after. Whether it may go, the gate decides."""
    row = lock(session, attachment)
    if row.removed_at is None:
        _forget(session, row, now)


def retain(session: Session, owner_kind: str, owner_ref: str, until: date) -> None:
    """Keeps all files of an owner at least until a day (E-03); a later day that was set stays."""
    session.execute(
        update(Attachment)
        .where(
            Attachment.owner_kind == owner_kind,
            Attachment.owner_ref == owner_ref,
            Attachment.retain_until < until,
            Attachment.removed_at.is_(None),
        )
        .values(retain_until=until)
    )


def forget_due(session: Session, now: datetime, today: date) -> int:
    """Removes uploads that nobody finished and files whose time is over; gives their number."""
    due = session.scalars(
        select(Attachment)
        .where(
            Attachment.removed_at.is_(None),
            or_(Attachment.expires_at <= now, Attachment.retain_until < today),
        )
        .limit(1000)
        .with_for_update(skip_locked=True)
    ).all()
    for row in due:
        _forget(session, row, now)
    return len(due)


def note_read(
    session: Session, attachment: Attachment, member: Member, what: str, now: datetime
) -> None:
    """A member of staff opened a file or its preview: written into the audit, at the owner."""
    seen = {"file": attachment.ref, "document": attachment.purpose, "what": what}
    deed = Deed("attachments.read", attachment.owner_kind, attachment.owner_ref, after=seen)
    audit.record(session, member.id, deed, now)


def _note_added(session: Session, attachment: Attachment, now: datetime) -> None:
    member_id = int(attachment.uploaded_by.removeprefix(rules.STAFF))
    added = {"file": attachment.ref, "document": attachment.purpose, "name": attachment.file_name}
    deed = Deed("attachments.add", attachment.owner_kind, attachment.owner_ref, after=added)
    audit.record(session, member_id, deed, now)


def lock(session: Session, attachment: Attachment) -> Attachment:
    """The row locked until the transaction ends, as it stands in the database now."""
    return session.get_one(Attachment, attachment.id, with_for_update=True, populate_existing=True)


def _goes_on(known: Attachment, offer: Offer, now: datetime) -> bool:
    return known.size == offer.size and known.expires_at is not None and now < known.expires_at


def _refuse(session: Session, row: Attachment, fault: str) -> None:
    """The reason stays to be read; of the file nothing does."""
    row.state = rules.next_state(row.state, "refused")
    row.fault = fault
    row.parts, row.mark = [], None
    row.expires_at = row.created_at + rules.UNFINISHED_LIVES
    _tidy(session, row)


def _forget(session: Session, row: Attachment, now: datetime) -> None:
    row.removed_at = now
    row.parts, row.stored, row.expires_at, row.mark = [], {}, None, None
    _tidy(session, row)


def _tidy(session: Session, row: Attachment) -> None:
    """Has everything erased from the store that the row no longer names."""
    jobs.defer(session, jobs.queue.tasks[TIDY], ref=row.ref)


def _lock_owner(session: Session, owner: Owner) -> None:
    """One upload of an owner begins at a time, so that none is counted twice or not at all."""
    key = f"attachment:{owner.kind}:{owner.ref}"
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))
