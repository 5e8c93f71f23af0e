"""What follows from the bank's word: the claim is closed once all is paid, a rejected order goes back."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from storefront.claims.models import Claim
from storefront.claims.payouts import ordering, rules
from storefront.claims.payouts.models import PayoutDue, PayoutOrder
from storefront.claims.service import paying, timeline
from storefront.claims.service.reporting import send_mail
from storefront.worklist import service as worklist


def paid(session: Session, order: PayoutOrder, now: datetime) -> None:
    """The bank has paid an order; claim and order are locked."""
    order.state, order.paid_at = rules.next_state(order.state, "paid"), now
    claim = order.claim
    details = {"order": order.ref, "amount": str(order.amount)}
    timeline.note(session, claim, "payout-paid", "bank", now, details=details)
    timeline.prove(session, claim, "payout-paid", "bank", now, details=details)
    context = {
        "ref": claim.ref, "amount": str(order.amount), "masked": order.masked,
        "account": claim.customer_id is not None,
    }  # fmt: skip
    send_mail(session, claim, "claim_paid", context, now, key=f"paid:{order.ref}")
    session.flush()
    if all_paid(session, claim):
        paying.settled(session, claim, now)


def all_paid(session: Session, claim: Claim) -> bool:
    """Whether nothing of what is due is still to be paid."""
    return all(_paid_of(due) == due.amount for due in ordering.dues_of(session, claim))


def rejected(session: Session, order: PayoutOrder, reason: str, now: datetime) -> None:
    """The bank could not pay: the customer is asked for another account, or the assessor for payees."""
    order.state, order.reason = rules.next_state(order.state, "rejected"), "bank"
    order.note = reason or None
    claim = order.claim
    details = {"order": order.ref, "reason": reason}
    timeline.note(session, claim, "payout-rejected", "bank", now, details=details)
    timeline.prove(session, claim, "payout-rejected", "bank", now, details={"order": order.ref})
    ordering.ask_for_payees(session, claim, now)
    if order.due.split:
        ordering.tell_of_delay(session, order, "rejected", now)
    else:
        context = {
            "ref": claim.ref, "amount": str(order.amount), "masked": order.masked,
            "reason": reason, "account": claim.customer_id is not None,
        }  # fmt: skip
        send_mail(session, claim, "claim_account", context, now, key=f"rejected:{order.ref}")


def stop_replacement(session: Session, order: PayoutOrder, now: datetime) -> None:
    """A rejected order was paid after all: what was ordered instead and not yet sent is stopped."""
    for row in order.due.orders:
        if row.state in ("requested", "approved") and row.bank_file_id is None:
            row.state, row.reason = rules.next_state(row.state, "dismissed"), "paid-after-rejection"
            worklist.close_item(session, ordering.APPROVE_WORK, row.ref, None, now)


def wants_account(session: Session, claim: Claim) -> Decimal:
    """What the bank rejected and the customer has to give another account for."""
    open_parts = (
        ordering.open_part(due) for due in ordering.dues_of(session, claim) if _went_wrong(due)
    )
    return sum(open_parts, Decimal(0))


def _went_wrong(due: PayoutDue) -> bool:
    return not due.split and bool(due.orders) and due.orders[-1].state == "rejected"


def _paid_of(due: PayoutDue) -> Decimal:
    return sum((row.amount for row in due.orders if row.state == "paid"), Decimal(0))
