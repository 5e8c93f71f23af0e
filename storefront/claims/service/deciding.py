"""The decision on a claim: by a member of staff, or by the rules where everything is clear."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storefront import jobs
from storefront.audit import service as audit
from storefront.audit.service import Deed
from storefront.claims import rules, stages
from storefront.claims.models import Claim, ClaimAssessment, ClaimDecision, Objection
from storefront.claims.service import (
    access,
    adjudicating,
    consequences,
    members,
    paying,
    reasons,
    requirements,
    timeline,
)
from storefront.claims.service.heads import lower_reserves, set_reserve
from storefront.claims.service.members import open_objection
from storefront.errors import Conflict, Forbidden, Refused

LETTER = "claims.letter"
FULL = frozenset({"approved"})
PERSONS = frozenset({"documents-refused", "found-out", "head-added", "objected"})
"""Events after which the rules leave a claim to people."""


@dataclass(frozen=True)
class Decision:
    """What is decided: amounts in yuan by the position of the head; a reason where not all is paid.

    `wording` are plain reasons in both languages; `clause` is the article behind them. `returns` is what
    goes back with a refusal, in yuan by code, where a person entered it.
    """

    outcome: str
    amounts: Mapping[int, Decimal] = field(default_factory=dict)
    reason_code: str | None = None
    clause: str | None = None
    wording: Mapping[str, str] = field(default_factory=dict)
    returns: Mapping[str, Decimal] | None = None

    @property
    def total(self) -> Decimal:
        return sum(self.amounts.values(), Decimal(0))

    @property
    def reasons(self) -> reasons.Reasons:
        explained = all(self.wording.get(language) for language in ("zh", "en"))
        return reasons.Reasons(self.outcome, self.amounts, self.reason_code, self.clause, explained)


class NotPayable(Refused):
    """More than the contract and its limits leave by now; the claim has to be assessed again."""


def decide(
    session: Session, claim: Claim, decision: Decision, member_id: int | None, now: datetime
) -> ClaimDecision:
    """Decides a claim: amounts, stage, clocks, evidence; the letter is made by a job.

    Policy and claim are locked and computed again, so that two claims never use one limit up twice.

    Raises:
        Conflict: the claim is not (or no longer) to be decided.
        Forbidden: the member decided before what was objected to.
        TakenAlready: a colleague has taken the claim.
        NotPayable: an amount is above what is payable by now.
        Refused: outcome, amounts and reasons do not fit together.
    """
    claim = access.lock_row(session, claim.id)
    if claim.stage != "assessment" or claim.decision != "pending":
        raise Conflict(_("This claim is not waiting for a decision."))
    objection = open_objection(session, claim)
    _check_member(session, claim, member_id)
    _check_shape(claim, decision)
    assessment, found = adjudicating.assess(session, claim, member_id, now)
    _check_amounts(found, decision)
    reasons.check(session, claim, decision.reasons, found)
    returned = consequences.to_return(found, decision.outcome, decision.returns)
    row = record(session, claim, decision, now, assessment=assessment, member_id=member_id)
    _apply(session, claim, decision, found, row)
    consequences.follow(session, claim, found, row, returned)
    _follow_up(session, claim, row, objection, now)
    return row


def decide_by_rules(session: Session, claim: Claim, now: datetime) -> ClaimDecision | None:
    """Decides a simple claim below the limit that is complete and without a flag; None leaves it to a
    person. Rules never decline: a refusal is a person's.
    """
    claim = access.lock_row(session, claim.id)
    if claim.stage != "assessment" or claim.decision != "pending":
        return None
    found = adjudicating.adjudicated(session, claim, now)
    if not is_simple(session, claim) or not may_be_automatic(found):
        return None
    claim.automatic = True
    return decide(session, claim, suggested(found), None, now)


def is_simple(session: Session, claim: Claim) -> bool:
    """Whether nothing about the claim itself asks for a person, and none has worked on it."""
    complete = not requirements.missing(requirements.of(session, claim))
    alone = not timeline.happened(session, claim, PERSONS)
    return complete and alone and not (claim.complex or claim.flags or claim.reopened)


def may_be_automatic(found: rules.Adjudication) -> bool:
    """Whether an adjudication is clear, pays something, and stays below the limit of the settings."""
    limit = Decimal(current_app.extensions["settings"].claim_automatic_yuan)
    return found.clear and Decimal(0) < found.payable <= limit


def suggested(found: rules.Adjudication) -> Decision:
    """The decision that the figures suggest; its reasons are those that bar a payment.

    Where nothing bars it and nothing is payable all the same, they are the notes on the heads, such as
    a limit used up.
    """
    bars = [item for item in found.findings if item.effect == "bar"]
    if not found.payable:
        bars = bars or [item for item in found.findings if item.effect == "note" and item.heads]
    first = bars[0] if bars else None
    return Decision(
        outcome=found.outcome,
        amounts={int(head.code): head.payable for head in found.heads},
        reason_code=first.code if first else None,
        clause=(first.clause or None) if first else None,
        wording={
            language: " ".join(dict.fromkeys(item.message.in_language(language) for item in bars))
            for language in ("zh", "en")
        }
        if bars
        else {},
    )


def latest(session: Session, claim: Claim) -> ClaimDecision | None:
    """The decision that counts."""
    return session.scalar(
        select(ClaimDecision)
        .where(ClaimDecision.claim_id == claim.id)
        .order_by(ClaimDecision.number.desc())
        .limit(1)
    )


def _check_member(session: Session, claim: Claim, member_id: int | None) -> None:
    if member_id is not None:
        members.must_not_have_decided(session, claim, member_id)
        members.must_not_be_taken(session, claim, member_id)
    elif open_objection(session, claim) is not None:
        raise Forbidden


def _check_shape(claim: Claim, decision: Decision) -> None:
    stages.next_decision(claim.decision, decision.outcome)
    pays = decision.outcome in stages.PAYING_OUTCOMES
    known = {head.position for head in claim.heads}
    explained = decision.outcome in FULL or all(decision.wording.get(key) for key in ("zh", "en"))
    if pays != (decision.total > 0) or not set(decision.amounts) <= known:
        raise Refused(_("Outcome and amounts do not fit together."))
    if decision.outcome == "declined" and not (decision.reason_code and explained):
        raise Refused(_("A refusal needs its reason in both languages (C-03)."))


def _check_amounts(found: rules.Adjudication, decision: Decision) -> None:
    """A version without rules of claims is computed by hand: there the limits alone count."""
    by_hand = any(item.code == "by-hand" for item in found.findings)
    for head in found.heads:
        most = head.limit_left if by_hand and head.limit_left is not None else head.payable
        if decision.amounts.get(int(head.code), Decimal(0)) > most:
            raise NotPayable(
                _("More than the contract leaves for this claim; please assess it again.")
            )


def record(
    session: Session,
    claim: Claim,
    decision: Decision,
    now: datetime,
    *,
    assessment: ClaimAssessment | None,
    member_id: int | None,
) -> ClaimDecision:
    """The next decision of a claim, as it will be told."""
    number = select(func.max(ClaimDecision.number)).where(ClaimDecision.claim_id == claim.id)
    row = ClaimDecision(
        claim_id=claim.id,
        number=(session.scalar(number) or 0) + 1,
        assessment_id=assessment.id if assessment else None,
        outcome=decision.outcome,
        reason_code=decision.reason_code,
        clause=decision.clause,
        wording=dict(decision.wording),
        amount=decision.total,
        heads=[],
        decided_by=member_id,
        decided_at=now,
    )
    session.add(row)
    session.flush()
    return row


def _apply(
    session: Session,
    claim: Claim,
    decision: Decision,
    found: rules.Adjudication,
    row: ClaimDecision,
) -> None:
    figures = {int(head.code): head.model_dump(mode="json") for head in found.heads}
    for head in claim.heads:
        amount = decision.amounts.get(head.position, Decimal(0))
        head.payable = amount
        head.figures = {**figures[head.position], "payable": str(amount)}
        set_reserve(session, head, amount, "decided", member_id=row.decided_by, now=row.decided_at)
    row.heads = [{"position": head.position, "figures": head.figures} for head in claim.heads]
    lower_reserves(session, claim, paying.promised(session, claim), "ordered", row.decided_at)
    claim.payable = decision.total
    claim.decision = stages.next_decision(claim.decision, decision.outcome)
    claim.stage = stages.next_stage(claim.stage, "decided")


def _follow_up(
    session: Session,
    claim: Claim,
    row: ClaimDecision,
    objection: Objection | None,
    now: datetime,
) -> None:
    for kind in ("missing", "decision", "advance"):
        timeline.meet(session, claim, kind, now)
    timeline.start_clock(session, claim, "told", now)
    if row.outcome == "declined":
        timeline.start_clock(session, claim, "refusal", now)
    for work in ("claims.assess", "claims.documents", "claims.advance", "claims.objection"):
        timeline.staff_done(session, claim, work, row.decided_by, now)
    leave_trace(session, claim, row, "decided", now)
    if objection is not None:
        _answer_objection(session, claim, row, objection, now)


def leave_trace(
    session: Session, claim: Claim, row: ClaimDecision, event: str, now: datetime
) -> None:
    """Timeline, evidence and audit of a decision; its letter is made by a job."""
    actor = timeline.member_or_rules(row.decided_by)
    details: dict[str, Any] = {
        "number": row.number, "outcome": row.outcome, "amount": str(row.amount),
        "clause": row.clause, "reason": row.reason_code,
    }  # fmt: skip
    timeline.note(session, claim, event, actor, now, details=details)
    timeline.prove(session, claim, "claim-decided", actor, now, details=details)
    if row.decided_by is not None:
        deed = Deed("claims.decide", "claim", claim.ref, after=details)
        audit.record(session, row.decided_by, deed, now)
    jobs.defer(session, jobs.queue.tasks[LETTER], decision_id=row.id)


def _answer_objection(
    session: Session, claim: Claim, row: ClaimDecision, objection: Objection, now: datetime
) -> None:
    before = session.get_one(ClaimDecision, objection.decision_id)
    same = (before.outcome, before.amount) == (row.outcome, row.amount)
    objection.state, objection.outcome = "decided", "kept" if same else "changed"
    objection.decided_by, objection.decided_at = row.decided_by, now
    actor = timeline.member_or_rules(row.decided_by)
    timeline.note(session, claim, f"objection-{objection.outcome}", actor, now)
