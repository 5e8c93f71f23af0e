"""What is payable by the rules: computed under the locks of policy and claim, and kept."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from storefront.claims import rules
from storefront.claims.models import Claim, ClaimAssessment
from storefront.claims.service import case

UNDISPUTED_QUESTIONS = frozenset({"fault-unknown", "social-unknown"})
"""Until they are answered the lower limit or ratio is used, so that much is payable in any case."""


def assess(
    session: Session, claim: Claim, member_id: int | None, now: datetime
) -> tuple[ClaimAssessment, rules.Adjudication]:
    """Computes a claim as it stands and keeps the result; `member_id` is None for the rules.

    The figures also go to the heads that are not decided yet, for whoever looks at the claim. Policy
    and claim must be locked (`access.lock_row`).
    """
    found = adjudicated(session, claim, now)
    figures = {int(head.code): head.model_dump(mode="json") for head in found.heads}
    for head in claim.heads:
        if head.payable is None:
            head.figures = figures[head.position]
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
    return rules.adjudicate(case.of(session, claim, now))


def latest(session: Session, claim: Claim) -> ClaimAssessment | None:
    """The last computation of a claim."""
    return session.scalar(latest_of(claim))


def latest_of(claim: Claim) -> Select[ClaimAssessment]:
    """The query for the last computation of a claim."""
    return (
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
