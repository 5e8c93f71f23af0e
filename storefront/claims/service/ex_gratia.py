"""Payments out of goodwill, after a refusal or a partial decision: one member asks, another decides.

They are no part of what was decided: they use no limit up, answer no objection, and bind nobody.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import jobs
from storefront.access import Member
from storefront.audit import service as audit
from storefront.audit.service import Deed
from storefront.claims.models import Claim, ClaimExGratia
from storefront.claims.service import deciding, paying, timeline
from storefront.errors import Conflict, Forbidden, NotFound, Refused
from storefront.money import LARGEST
from storefront.worklist import service as worklist
from storefront.worklist.service import Work

WORK = "claims.ex-gratia"
DECIDES = "payouts.approve"
LETTER = "claims.ex_gratia_letter"
DECIDE_WITHIN = timedelta(days=3)
AFTER = frozenset({"declined", "partly_approved"})
STAGES = frozenset({"decided", "paying", "closed"})


@dataclass(frozen=True)
class Wanted:
    """An amount in yuan, and why; the reason is the staff's."""

    amount: Decimal
    reason: str


def of(session: Session, claim: Claim) -> list[ClaimExGratia]:
    """Everything that was asked for, oldest first."""
    found = select(ClaimExGratia).where(ClaimExGratia.claim_id == claim.id)
    return list(session.scalars(found.order_by(ClaimExGratia.id)))


def agreed(session: Session, claim: Claim) -> list[ClaimExGratia]:
    """What a second member agreed to, oldest first: this alone is the customer's to read."""
    return [row for row in of(session, claim) if row.state == "agreed"]


def may_be_asked(claim: Claim, earlier: Sequence[ClaimExGratia]) -> bool:
    """Whether goodwill can be asked for: after a refusal or a partial decision, one request at a time."""
    after = claim.decision in AFTER and claim.stage in STAGES
    return after and all(row.state != "requested" for row in earlier)


def ask(
    session: Session, claim: Claim, wanted: Wanted, member: Member, now: datetime
) -> ClaimExGratia:
    """A member asks for a payment; the claim must be locked.

    Raises Conflict where it cannot be asked for now, Refused for no reason or no proper amount.
    """
    decision = deciding.latest(session, claim)
    if decision is None or not may_be_asked(claim, of(session, claim)):
        raise Conflict(
            _("Goodwill is asked for after a refusal or a partial decision, once at a time.")
        )
    if not wanted.reason or not 0 < wanted.amount <= LARGEST:
        raise Refused(_("Please enter an amount such as 1250.50, and the reason."))
    row = ClaimExGratia(
        claim_id=claim.id,
        decision_id=decision.id,
        amount=wanted.amount,
        reason=wanted.reason,
        state="requested",
        requested_by=member.id,
        requested_at=now,
    )
    session.add(row)
    session.flush()
    due = now + DECIDE_WITHIN
    worklist.open_item(
        session, Work(WORK, claim.ref, DECIDES, due, worklist.NORMAL, member.id), now
    )
    _leave_trace(session, claim, row, member, now)
    return row


def decide(
    session: Session,
    claim: Claim,
    row_id: int,
    member: Member,
    now: datetime,
    *,
    agree: bool,
    note: str = "",
) -> ClaimExGratia:
    """Another member agrees, so that the amount becomes due and the customer is told, or refuses.

    The claim must be locked. Raises NotFound for no such request, Forbidden for who asked, Conflict
    once it was decided or the claim is being assessed again, Refused for a refusal without a reason.
    """
    row = session.get(ClaimExGratia, row_id, with_for_update=True, populate_existing=True)
    if row is None or row.claim_id != claim.id:
        raise NotFound
    if member.id == row.requested_by or DECIDES not in member.permissions:
        raise Forbidden(_("Another person with this permission has to decide."))
    if row.state != "requested":
        raise Conflict(_("This was decided already."))
    if agree and claim.stage not in STAGES:
        raise Conflict(_("The claim is being assessed again: the decision comes first."))
    if not agree and not note:
        raise Refused(_("Please say why."))
    row.state = "agreed" if agree else "refused"
    row.decided_by, row.decided_at, row.note = member.id, now, note or None
    session.flush()
    worklist.close_item(session, WORK, claim.ref, member.id, now)
    _leave_trace(session, claim, row, member, now)
    if agree:
        jobs.defer(session, jobs.queue.tasks[LETTER], row_id=row.id)
        paying.release(session, claim, now)
    return row


def _leave_trace(
    session: Session, claim: Claim, row: ClaimExGratia, member: Member, now: datetime
) -> None:
    """Evidence and audit of every step; the customer's timeline tells only what was agreed to."""
    kind, actor = f"ex-gratia-{row.state}", timeline.member_or_rules(member.id)
    details = {"number": row.id, "amount": str(row.amount)}
    seen = row.state == "agreed"
    timeline.note(session, claim, kind, actor, now, details=details, visible=seen)
    timeline.prove(session, claim, kind, actor, now, details=details)
    reason = row.reason if row.state == "requested" else row.note
    audit.record(
        session, member.id, Deed(f"claims.{kind}", "claim", claim.ref, reason, after=details), now
    )
