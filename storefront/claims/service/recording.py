"""What a customer without an account any more answers by telephone or letter, as a member records it."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.audit import service as audit
from storefront.audit.service import Deed
from storefront.claims.models import Claim
from storefront.claims.payouts import ordering
from storefront.claims.payouts.models import PayoutOrder
from storefront.claims.service import answering, paying, timeline
from storefront.claims.service.answering import Account
from storefront.errors import Conflict, Refused

WAYS = ("telephone", "letter")


@dataclass(frozen=True)
class Recorded:
    """The account that was named, by which way, and what was said or written."""

    account: Account
    way: str
    words: str
    shown: str  # the decision as it was read out or sent


def may_record(session: Session, claim: Claim) -> bool:
    """Whether an answer is waited for that the customer cannot give: the account is closed."""
    if claim.customer is None or claim.customer.closed_at is None:
        return False
    return _agrees(claim) or paying.waiting(session, claim) > 0


def record(
    session: Session, claim: Claim, recorded: Recorded, member_id: int, now: datetime
) -> None:
    """The customer agrees, or names an account for what waits; who recorded it never approves it.

    The claim must be locked. Raises Conflict where no such answer is waited for, Refused for no words.
    """
    if recorded.way not in WAYS or not recorded.words:
        raise Refused(_("Please say how the customer answered, and what was said."))
    if not may_record(session, claim):
        raise Conflict(
            _("The customer can answer on the page of the claim, or nothing is waited for.")
        )
    actor = timeline.member_or_rules(member_id)
    details = {"way": recorded.way, "words": recorded.words}
    timeline.note(session, claim, "answer-recorded", actor, now, details={"way": recorded.way})
    timeline.prove(session, claim, "answer-recorded", actor, now, details=details)
    deed = Deed("claims.record", "claim", claim.ref, f"{recorded.way}: {recorded.words}")
    audit.record(session, member_id, deed, now)
    before = _orders(session, claim)
    if _agrees(claim):
        answering.accept(session, claim, recorded.account, recorded.shown, now)
    else:
        answering.give_account(session, claim, recorded.account, now)
    for number, order in _orders(session, claim).items():
        if number not in before and order.state == "requested":
            ordering.ask_for(session, order, member_id, now)
            order.requested_by = member_id  # who decided is barred by what is due


def _agrees(claim: Claim) -> bool:
    return claim.stage == "decided" and bool(claim.payable)


def _orders(session: Session, claim: Claim) -> dict[int, PayoutOrder]:
    found = select(PayoutOrder).where(PayoutOrder.claim_id == claim.id)
    return {order.id: order for order in session.scalars(found)}
