"""What is payable by the rules: a claim as the case that they look at, and the result kept."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.claims import rules
from storefront.claims.models import Claim, ClaimAssessment, ClaimHead
from storefront.claims.service import contract
from storefront.policies import service as policies

UNDISPUTED_QUESTIONS = frozenset({"fault-unknown"})  # computed with the lower limits already


def assess(
    session: Session, claim: Claim, member_id: int | None, now: datetime
) -> tuple[ClaimAssessment, rules.Adjudication]:
    """Computes a claim as it stands and keeps the result; `member_id` is None for the rules."""
    found = adjudicated(session, claim, now)
    latest = select(func.max(ClaimAssessment.number)).where(ClaimAssessment.claim_id == claim.id)
    row = ClaimAssessment(
        claim_id=claim.id,
        number=(session.scalar(latest) or 0) + 1,
        member_id=member_id,
        result=found.to_json(),
        at=now,
    )
    session.add(row)
    session.flush()
    return row, found


def adjudicated(session: Session, claim: Claim, now: datetime) -> rules.Adjudication:
    """The adjudication of a claim by its contract at the incident (C-08) and by what was used before."""
    bundle = contract.bundle_of(session, claim.policy)
    case = rules.Case(
        product=bundle.definition,
        contract=_contract(session, claim),
        incident=_incident(claim, now),
        losses=tuple(_losses(session, claim)),
        used=tuple(_used(session, claim)),
        tables=bundle.tables,
    )
    return rules.adjudicate(case)


def latest(session: Session, claim: Claim) -> ClaimAssessment | None:
    """The last computation of a claim."""
    return session.scalar(
        select(ClaimAssessment)
        .where(ClaimAssessment.claim_id == claim.id)
        .order_by(ClaimAssessment.number.desc())
        .limit(1)
    )


def result_of(row: ClaimAssessment) -> rules.Adjudication:
    """What a computation found."""
    return rules.Adjudication.from_json(row.result)


def undisputed(found: rules.Adjudication) -> Decimal:
    """What is payable however the open questions are answered (C-04)."""
    open_questions = [
        item
        for item in found.findings
        if item.effect == "question" and item.code not in UNDISPUTED_QUESTIONS
    ]
    if any(not item.heads for item in open_questions):
        return Decimal(0)
    in_question = {code for item in open_questions for code in item.heads}
    sure = (head.payable for head in found.heads if head.code not in in_question)
    return sum(sure, Decimal(0))


def event_of(claim: Claim) -> str:
    """What tells the claims of one accident from those of another: the day, within one policy."""
    return clock.local_date(claim.incident_at).isoformat()


def _contract(session: Session, claim: Claim) -> rules.Contract:
    stack = [
        rules.Transaction(row.kind, row.effective_at, row.recorded_at, row.content)
        for row in policies.transactions_of(session, claim.policy)
    ]
    return rules.Contract.model_validate(
        {
            **rules.contract_at(stack, claim.incident_at),
            "premiums_paid": claim.policy.premium,
        }
    )


def _incident(claim: Claim, now: datetime) -> rules.Incident:
    """Times of the report, and what was found out since (`facts` of the circumstances)."""
    return rules.Incident.model_validate(
        {
            **claim.circumstances.get("facts", {}),
            "at": claim.incident_at,
            "known_at": claim.known_at,
            "reported_at": claim.reported_at,
            "event": event_of(claim),
            "assessed_on": clock.local_date(now),
        }
    )


def _losses(session: Session, claim: Claim) -> Iterator[rules.Loss]:
    for head in claim.heads:
        yield rules.Loss.model_validate(
            {
                "claim_type": claim.claim_type,
                **_born(session, claim),
                **head.facts,
                "code": str(head.position),
                "cover": head.cover,
                "person": person_of(claim, head),
                "claimed": head.claimed,
            }
        )


def person_of(claim: Claim, head: ClaimHead) -> str:
    """What tells the people hurt apart: the place among the insured, else the name."""
    return str(head.person) if head.person is not None else str(claim.hurt.get("name") or "")


def _born(session: Session, claim: Claim) -> dict[str, date]:
    """The birth date of the insured person, for limits by age."""
    place = claim.hurt["index"]
    if place is None:
        return {}
    changes = policies.transactions_of(session, claim.policy)
    people = contract.insured_of(contract.content_at(changes, claim.incident_at))
    return {"birth_date": date.fromisoformat(people[place]["birth_date"])}


def _used(session: Session, claim: Claim) -> Iterator[rules.Used]:
    """What the other claims of the policy took of its limits."""
    found = session.execute(
        select(Claim, ClaimHead)
        .join(ClaimHead, ClaimHead.claim_id == Claim.id)
        .where(
            Claim.policy_id == claim.policy_id,
            Claim.id != claim.id,
            ClaimHead.payable.is_not(None),
            ClaimHead.figures.is_not(None),
        )
        .order_by(Claim.id, ClaimHead.position)
    )
    for other, head in found:
        figures: dict[str, Any] = {**(head.figures or {}), "payable": head.payable}
        taken = rules.Head.model_validate(figures)
        yield rules.used_by(taken, other.ref, event_of(other), other.incident_at.isoformat())
