"""From an uploaded version to one on sale, by two people where price or contract change; and off sale."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storefront import jobs
from storefront.access import Member
from storefront.audit import service as audit
from storefront.catalog import service as catalog
from storefront.catalog.bundle import ProductBundle
from storefront.catalog.loader import CatalogInvalid, FileFault
from storefront.catalog.models import ProductVersion
from storefront.errors import Conflict, Forbidden, NotFound, Refused
from storefront.staff import approvals
from storefront.staff.models import Approval
from storefront.workbench import diff
from storefront.workbench.models import ProductDraft

APPROVAL = "products.approve"
PLAIN_TEXTS = {"summary", "faq", "needs"}
"""Parts of a definition on which neither the price nor the contract rests."""


def upload(session: Session, bundle: ProductBundle, member: Member, now: datetime) -> ProductDraft:
    """Keeps a version that passed the loader; nobody sees it in the shop.

    Raises:
        CatalogInvalid: where it could not be published.
        Conflict: where another draft of the product is open.
    """
    _refuse_unpublishable(session, bundle, now)
    code = bundle.definition.code
    base = _latest(session, code)
    draft = ProductDraft(
        code=code,
        version=bundle.definition.version,
        base_version=base,
        bundle=bundle.to_json(),
        content_hash=bundle.content_hash,
        needs_approval=needs_approval(catalog.get(session, code, base) if base else None, bundle),
        uploaded_by_id=member.id,
        uploaded_at=now,
    )
    try:
        with session.begin_nested():
            session.add(draft)
    except IntegrityError as error:
        raise Conflict(
            _("Another draft of this product is open. Publish or discard it first.")
        ) from error
    _record(session, "products.upload", draft, member, now)
    return draft


def needs_approval(old: ProductBundle | None, new: ProductBundle) -> bool:
    """Whether price or contract could change: all but plain texts counts, and a product that is new."""
    if old is None:
        return True
    difference = diff.between(old, new)
    sections = {change.section for change in difference.definition}
    texts = any(difference.clauses.values())
    return bool(sections - PLAIN_TEXTS or difference.tables or texts)


def get(session: Session, draft_id: int) -> ProductDraft:
    """A draft, open or not. Raises NotFound."""
    draft = session.get(ProductDraft, draft_id)
    if draft is None:
        raise NotFound
    return draft


def waiting(session: Session, draft: ProductDraft) -> Approval | None:
    """The request that a second person has to decide."""
    return approvals.find_open(session, APPROVAL, _subject(draft))


def ask(session: Session, draft_id: int, reason: str, member: Member, now: datetime) -> int:
    """Asks for a second person; gives the id of the request. Only who uploaded it asks."""
    draft = _lock(session, draft_id)
    if draft.uploaded_by_id != member.id:
        raise Forbidden(_("Only who uploaded this version asks for its approval."))
    payload = {"draft": draft.id, "content_hash": draft.content_hash}
    return approvals.request(
        session, approvals.Ask(APPROVAL, _subject(draft), reason, payload), member, now
    )


def approve(session: Session, approval: Approval, member: Member, now: datetime) -> None:
    """What follows from the approval: the version is published. See `approvals.Apply`."""
    draft = _lock(session, approval.payload["draft"])
    if member.id == draft.uploaded_by_id:
        raise Forbidden(_("Another person with this permission has to decide."))
    draft.approved_by_id, draft.approved_at = member.id, now
    _publish(session, draft, member, now)


def publish(session: Session, draft_id: int, member: Member, now: datetime) -> ProductDraft:
    """Publishes a version that changes plain texts only. Raises Refused where that is not so."""
    draft = _lock(session, draft_id)
    if draft.needs_approval:
        raise Refused(_("This version changes price or contract: a second person has to approve."))
    _publish(session, draft, member, now)
    return draft


def discard(session: Session, draft_id: int, member: Member, now: datetime) -> ProductDraft:
    """Gives a draft up, and with it one's own request for approval."""
    draft = _lock(session, draft_id)
    approval = waiting(session, draft)
    if approval is not None:
        approvals.withdraw(session, approval.id, member, now)
    draft.discarded_at = now
    _record(session, "products.discard", draft, member, now)
    return draft


def withdraw(session: Session, code: str, reason: str, member: Member, now: datetime) -> int:
    """Takes a product off sale; who is about to apply for it is told. Number of versions taken off."""
    count = catalog.withdraw(session, code, now)
    if not count:
        raise Conflict(_("Nothing of this product is on sale."))
    deed = audit.Deed("products.withdraw", "product", code, reason, after={"versions": count})
    audit.record(session, member.id, deed, now)
    jobs.defer(session, jobs.queue.tasks["products.tell_withdrawn"], code=code)
    return count


def _publish(session: Session, draft: ProductDraft, member: Member, now: datetime) -> None:
    if _latest(session, draft.code) != draft.base_version:
        raise Conflict(_("Another version was published meanwhile. Upload this one again."))
    try:
        catalog.publish(session, ProductBundle.from_json(draft.bundle), now)
    except catalog.PublishRefused as refused:
        raise Refused(str(refused)) from refused
    draft.published_at = now
    _record(session, "products.publish", draft, member, now)


def _refuse_unpublishable(session: Session, bundle: ProductBundle, now: datetime) -> None:
    """As the loader refuses files: with a fault by file and key."""
    file = f"{bundle.definition.code}/product.toml"
    try:
        new = catalog.check(session, bundle, now)
    except catalog.PublishRefused as refused:
        raise CatalogInvalid([FileFault(file, "version", str(refused))]) from refused
    if not new:
        raise CatalogInvalid([FileFault(file, "version", "this very version is published already")])


def _latest(session: Session, code: str) -> int | None:
    return session.scalar(
        select(func.max(ProductVersion.version)).where(ProductVersion.code == code)
    )


def _lock(session: Session, draft_id: int) -> ProductDraft:
    draft = session.get(ProductDraft, draft_id, with_for_update=True, populate_existing=True)
    if draft is None:
        raise NotFound
    if not draft.is_open:
        raise Conflict(_("This draft was published or discarded already."))
    return draft


def _subject(draft: ProductDraft) -> str:
    return f"{draft.code} {draft.version}"


def _record(
    session: Session, action: str, draft: ProductDraft, member: Member, now: datetime
) -> None:
    after = {"version": draft.version, "content_hash": draft.content_hash}
    audit.record(session, member.id, audit.Deed(action, "product", draft.code, after=after), now)
