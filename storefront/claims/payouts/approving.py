"""The second pair of eyes: orders are approved or dismissed by somebody who did not ask for them."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.access import Member
from storefront.audit import service as audit
from storefront.audit.service import Deed
from storefront.claims.payouts import ordering, rules
from storefront.claims.payouts.models import PayoutOrder
from storefront.claims.service import access, timeline
from storefront.crypto import is_reference
from storefront.errors import Conflict, Forbidden, NotFound
from storefront.worklist import service as worklist


def by_ref(session: Session, ref: str) -> PayoutOrder:
    """An order by its reference. Raises NotFound."""
    row = None
    if is_reference(ref, "O"):
        row = session.scalar(select(PayoutOrder).where(PayoutOrder.ref == ref))
    if row is None:
        raise NotFound
    return row


def lock(session: Session, ref: str) -> PayoutOrder:
    """An order with its claim, both locked, as they are in the database now."""
    row = by_ref(session, ref)
    access.lock_row(session, row.claim_id)
    return session.get_one(PayoutOrder, row.id, with_for_update=True, populate_existing=True)


def barred(row: PayoutOrder, member: Member) -> bool:
    """Whether a member must not be the second pair of eyes: asked for the order, or decided it."""
    return member.id in (row.requested_by, row.due.asked_by)


def approve(session: Session, row: PayoutOrder, member: Member, now: datetime) -> None:
    """Approves an order; approving again changes nothing. The order must be locked.

    Raises Forbidden for who asked for it, Conflict where it does not wait.
    """
    if row.state == "approved":
        return
    if barred(row, member):
        raise Forbidden(_("Somebody else has to approve what you asked for."))
    if row.state != "requested":
        raise Conflict(_("This order is not waiting for approval."))
    if ordering.needs_asking(row):
        raise Conflict(_("The rules decided it: an assessor has to ask for the payment first."))
    row.state = rules.next_state(row.state, "approved")
    row.approved_by, row.approved_at = member.id, now
    _leave_trace(session, row, member, "approve", now)


def dismiss(session: Session, row: PayoutOrder, reason: str, member: Member, now: datetime) -> None:
    """Sends an order back to the assessors, with a reason; what was sent to the bank stays as it is."""
    if row.bank_file_id is not None or row.state not in ("requested", "held", "approved"):
        raise Conflict(_("This order has gone to the bank already."))
    row.state, row.reason, row.note = rules.next_state(row.state, "dismissed"), "refused", reason
    _leave_trace(session, row, member, "dismiss", now)
    ordering.ask_for_payees(session, row.claim, now)


def _leave_trace(
    session: Session, row: PayoutOrder, member: Member, what: str, now: datetime
) -> None:
    worklist.close_item(session, ordering.APPROVE_WORK, row.ref, member.id, now)
    timeline.staff_done(session, row.claim, ordering.ASK_WORK, member.id, now)
    details = {"order": row.ref, "amount": str(row.amount)}
    actor, event = timeline.member_or_rules(member.id), f"payout-{what}"
    timeline.note(session, row.claim, event, actor, now, details=details, visible=False)
    timeline.prove(session, row.claim, event, actor, now, details=details)
    after = {"amount": str(row.amount), "state": row.state}
    audit.record(
        session, member.id, Deed(f"payouts.{what}", "payout", row.ref, row.note, after=after), now
    )
