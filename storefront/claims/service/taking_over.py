"""A person takes a claim over from the rules: after they decided it, or because it needs longer."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from storefront.audit import service as audit
from storefront.audit.service import Deed
from storefront.claims import stages
from storefront.claims.models import Claim, ClaimDecision
from storefront.claims.payouts import ordering
from storefront.claims.service import timeline
from storefront.claims.service.reporting import send_mail
from storefront.errors import Conflict, Refused

FLAG = "taken-over"
"""Among the flags of a claim it keeps the rules from deciding it again."""


def may_take_over(session: Session, claim: Claim) -> bool:
    """Whether the rules decided a claim and nothing of it has gone to the bank."""
    if not claim.automatic or claim.stage not in ("decided", "paying"):
        return False
    return not ordering.anything_sent(session, claim)


def take_over(session: Session, claim: Claim, reason: str, member_id: int, now: datetime) -> None:
    """A member takes an automatic decision back before its money is sent; a person decides anew.

    What it ordered falls away; the account that the customer named stays. The claim must be locked.
    Raises Conflict where there is no such decision any more, Refused for no reason.
    """
    if not reason:
        raise Refused(_("Please say why."))
    if not may_take_over(session, claim):
        raise Conflict(_("This decision cannot be taken over (any more)."))
    for due in ordering.dues_of(session, claim):
        ordering.void(session, due, member_id, now)
    claim.decision = stages.next_decision(claim.decision, "pending")
    claim.stage = stages.next_stage(claim.stage, "assessment")
    claim.automatic = False
    claim.flags = [*claim.flags, {"code": FLAG}]
    for kind in ("told", "paid"):
        timeline.meet(session, claim, kind, now)
    due_at = timeline.start_clock(session, claim, "decision", now).due_at
    timeline.staff_done(session, claim, "claims.pay", member_id, now)
    timeline.ask_staff(session, claim, "claims.assess", due_at, now)
    _leave_trace(session, claim, "taken-over", now, reason=reason, member_id=member_id)
    context = {"ref": claim.ref, "account": claim.customer_id is not None}
    number = sum(1 for flag in claim.flags if flag["code"] == FLAG)
    send_mail(session, claim, "claim_taken_over", context, now, key=f"taken-over:{number}")


def took_back(claim: Claim, decision: ClaimDecision) -> bool:
    """Whether a decision of the rules no longer counts, and no later one has taken its place."""
    taken_over = any(flag["code"] == FLAG for flag in claim.flags)
    return taken_over and claim.decision == "pending" and decision.decided_by is None


def needs_longer(
    session: Session, claim: Claim, reason: str, member_id: int, now: datetime
) -> None:
    """A claim turns out difficult: it has the longer time of C-02, and the rules leave it alone.

    The claim must be locked; saying so again changes nothing. Raises Conflict once it is decided,
    Refused for no reason.
    """
    if not reason:
        raise Refused(_("Please say why."))
    if claim.decision != "pending" or claim.stage == "closed":
        raise Conflict(_("This claim is decided already."))
    if claim.complex:
        return
    timeline.make_complex(session, claim, now)
    _leave_trace(session, claim, "complex", now, reason=reason, member_id=member_id)


def _leave_trace(
    session: Session, claim: Claim, kind: str, now: datetime, *, reason: str, member_id: int
) -> None:
    actor = timeline.member_or_rules(member_id)
    timeline.note(session, claim, kind, actor, now)
    timeline.prove(session, claim, f"claim-{kind}", actor, now, details={"reason": reason})
    audit.record(session, member_id, Deed(f"claims.{kind}", "claim", claim.ref, reason), now)
