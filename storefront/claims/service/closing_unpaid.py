"""Closing a claim without payment: a decision like any other, with reasons, a letter and an objection."""

from collections.abc import Mapping
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from storefront.claims import stages
from storefront.claims.models import Claim, ClaimDecision
from storefront.claims.payouts import settling
from storefront.claims.service import deciding, members, paying, timeline
from storefront.claims.service.deciding import Decision
from storefront.errors import Conflict, Refused

OPEN = ("reported", "documents", "assessment")
REASON = "nothing-to-decide"


def close_without_payment(
    session: Session, claim: Claim, wording: Mapping[str, str], member_id: int, now: datetime
) -> ClaimDecision:
    """Nothing is to be paid and nothing to be decided, for instance after a mistaken report.

    The claim must be locked. `wording` are plain reasons in both languages, for the letter.

    Raises:
        Conflict: the claim is decided, an objection waits, or something is still to be paid.
        TakenAlready: a colleague has taken the claim.
        Refused: a reason is missing.
    """
    if claim.stage not in OPEN:
        raise Conflict(_("This claim is decided already."))
    members.must_not_be_taken(session, claim, member_id)
    if members.open_objection(session, claim) is not None:
        raise Conflict(_("An objection waits for an answer; please decide the claim instead."))
    if paying.waiting_advance(session, claim) or not settling.all_paid(session, claim):
        raise Conflict(_("Something is still to be paid for this claim; please decide it instead."))
    if not all(wording.get(language) for language in ("zh", "en")):
        raise Refused(_("Please give the reason in both languages."))
    decision = Decision("closed_without_payment", reason_code=REASON, wording=wording)
    row = deciding.record(session, claim, decision, now, assessment=None, member_id=member_id)
    claim.decision = stages.next_decision(claim.decision, decision.outcome)
    paying.close(session, claim, now)
    for clock in ("told", "refusal"):  # until its letter is sent
        timeline.start_clock(session, claim, clock, now)
    deciding.leave_trace(session, claim, row, "closed-without-payment", now)
    return row
