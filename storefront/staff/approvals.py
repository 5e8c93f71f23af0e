"""What needs two people: one asks, another with the permission decides, and then it is done.

A kind is registered once (`kinds.py`, or `wiring.py` for another feature) with the permission that
decides it, what the page tells about it and what happens then:

    approvals.register(
        "product.publish", Kind(_l("Publish a product"), "products.approve", describe, publish)
    )

The decision, what follows from it and its audit stand in one transaction.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, joinedload

from storefront.access import Member
from storefront.audit import service as audit
from storefront.errors import Conflict, Forbidden, NotFound
from storefront.staff import rules
from storefront.staff.models import Approval
from storefront.worklist import kinds as work_kinds
from storefront.worklist import service as worklist

Describe = Callable[[Session, Approval], list[tuple[str, str]]]
Apply = Callable[[Session, Approval, Member, datetime], None]


@dataclass(frozen=True)
class Kind:
    """What a sort of approval is called, who decides it, what it is about and what is done then."""

    label: Any
    permission: str
    describe: Describe
    apply: Apply


@dataclass(frozen=True)
class Ask:
    """What is asked for. `payload` is all that `Kind.apply` and the page need, as JSON."""

    kind: str
    subject: str
    reason: str
    payload: dict[str, Any] = field(default_factory=dict)


_kinds: dict[str, Kind] = {}


def register(name: str, kind: Kind) -> None:
    """Makes a kind known, and where the work of deciding is done."""
    _kinds[name] = kind
    work_kinds.register(name, kind.label, "staff.approval", "approval_id")


def kind_of(approval: Approval) -> Kind:
    """The kind of an approval."""
    return _kinds[approval.kind]


def request(session: Session, ask: Ask, member: Member, now: datetime) -> int:
    """Asks for a second person, whose work it becomes; gives the id.

    Raises Conflict where the same is asked for already.
    """
    found = session.scalar(
        insert(Approval)
        .values(
            kind=ask.kind,
            subject=ask.subject,
            payload={**ask.payload, "reason": ask.reason},
            requested_by_id=member.id,
            requested_at=now,
        )
        .on_conflict_do_nothing()
        .returning(Approval.id)
    )
    if found is None:
        raise Conflict(_("Somebody has asked for this already; it waits for a second person."))
    work = worklist.Work(
        kind=ask.kind,
        subject=str(found),
        permission=_kinds[ask.kind].permission,
        due_at=now + rules.APPROVAL_DUE,
        barred_id=member.id,
    )
    worklist.open_item(session, work, now)
    _record(session, f"{ask.kind}.request", ask, member, now)
    return found


def decide(
    session: Session, approval_id: int, member: Member, now: datetime, *, approve: bool
) -> Approval:
    """Approves, and does what was asked for, or refuses.

    Raises:
        NotFound: where there is no such request.
        Forbidden: for who asked, and for who lacks the permission.
        Conflict: where it was decided meanwhile.
    """
    approval = _lock(session, approval_id)
    kind = kind_of(approval)
    if member.id == approval.requested_by_id or kind.permission not in member.permissions:
        raise Forbidden(_("Another person with this permission has to decide."))
    _close(session, approval, "approved" if approve else "refused", member, now)
    if approve:
        kind.apply(session, approval, member, now)
    return approval


def withdraw(session: Session, approval_id: int, member: Member, now: datetime) -> Approval:
    """Takes back one's own request. Raises NotFound, Forbidden or Conflict."""
    approval = _lock(session, approval_id)
    if member.id != approval.requested_by_id:
        raise Forbidden
    _close(session, approval, "withdrawn", member, now)
    return approval


def get(session: Session, approval_id: int, member: Member) -> Approval:
    """An approval for who asked or may decide. Raises NotFound or Forbidden."""
    approval = session.scalar(
        select(Approval)
        .where(Approval.id == approval_id)
        .options(joinedload(Approval.requested_by), joinedload(Approval.decided_by))
    )
    if approval is None:
        raise NotFound
    if member.id != approval.requested_by_id and not may_see(approval, member):
        raise Forbidden
    return approval


def listed(session: Session, member: Member, after: int | None, limit: int) -> Sequence[Approval]:
    """What somebody asked for or may decide, newest first, from the one before an id."""
    decides = [name for name, kind in _kinds.items() if kind.permission in member.permissions]
    chosen = (
        select(Approval)
        .where(or_(Approval.requested_by_id == member.id, Approval.kind.in_(decides)))
        .options(joinedload(Approval.requested_by), joinedload(Approval.decided_by))
        .order_by(Approval.id.desc())
        .limit(limit)
    )
    return session.scalars(chosen.where(Approval.id < after) if after else chosen).all()


def may_see(approval: Approval, member: Member) -> bool:
    """Whether somebody may see, and other than their own requests decide, an approval."""
    return kind_of(approval).permission in member.permissions


def find_open(session: Session, kind: str, subject: str) -> Approval | None:
    """The request about a subject that still waits."""
    return session.scalar(
        select(Approval).where(
            Approval.kind == kind, Approval.subject == subject, Approval.decision.is_(None)
        )
    )


def _lock(session: Session, approval_id: int) -> Approval:
    approval = session.get(Approval, approval_id, with_for_update=True, populate_existing=True)
    if approval is None:
        raise NotFound
    if approval.decision is not None:
        raise Conflict(_("This was decided already."))
    return approval


def _close(
    session: Session, approval: Approval, decision: str, member: Member, now: datetime
) -> None:
    approval.decision, approval.decided_by_id, approval.decided_at = decision, member.id, now
    worklist.close_item(session, approval.kind, str(approval.id), member.id, now)
    ask = Ask(approval.kind, approval.subject, approval.payload["reason"], approval.payload)
    _record(session, f"{approval.kind}.{decision}", ask, member, now)


def _record(
    session: Session,
    action: str,
    ask: Ask,
    member: Member,
    now: datetime,
) -> None:
    deed = audit.Deed(
        action, ask.kind.partition(".")[0], ask.subject, ask.reason or None, after=ask.payload
    )
    audit.record(session, member.id, deed, now)
