"""The letter of a decision: what stands in it, and that it was sent."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from config import Settings
from storefront.claims import rules
from storefront.claims.letter import Letter, Line, Part
from storefront.claims.models import Claim, ClaimDecision
from storefront.claims.rules import Step
from storefront.claims.rules.wording import return_label, step
from storefront.claims.service import consequences, contract, timeline
from storefront.claims.service.reporting import send_mail
from storefront.policies import archive


def content(session: Session, claim: Claim, decision: ClaimDecision, settings: Settings) -> Letter:
    """What the letter says, in the language of the claim."""
    language = claim.language
    definition = contract.definition_of(session, claim)
    insurer = archive.insurer_profile(session, claim.policy.insurer_code)
    return Letter(
        language=language,
        ref=claim.ref,
        policy_number=claim.policy.number or "",
        product=definition.marketing_name.in_language(language),
        clauses=definition.clause_name.in_language(language),
        claim_type=contract.type_of(definition, claim.claim_type).name.in_language(language),
        addressee=claim.reporter["name"],
        incident_at=claim.incident_at,
        decided_at=decision.decided_at,
        number=decision.number,
        outcome=decision.outcome,
        amount=decision.amount,
        wording=decision.wording.get(language, ""),
        clause=decision.clause or "",
        parts=parts(session, claim),
        returns=returns(session, claim),
        last_day=consequences.last_day(session, claim),
        insurer=insurer.name.in_language(language),
        contact=f"{insurer.claims_phone}, {insurer.service_email}",
        page=f"{settings.base_url}/claims/{claim.ref}",
        complaints=f"{settings.base_url}/complaints",
    )


def parts(session: Session, claim: Claim) -> tuple[Part, ...]:
    """Every head line by line, each with the article behind its amounts."""
    definition = contract.definition_of(session, claim)
    found = []
    for head in claim.heads:
        if head.figures is None:
            continue
        figures = rules.Head.model_validate(head.figures)
        lines = tuple(
            Line(line.label.model_dump(), line.amount, line.clause)
            for line in _steps(figures, head.payable)
        )
        name = definition.cover(head.cover).name.model_dump()
        found.append(Part(name, figures.payable, lines))
    return tuple(found)


def returns(session: Session, claim: Claim) -> tuple[Line, ...]:
    """What goes back to the policyholder instead of a benefit."""
    return tuple(
        Line(return_label(row.code).model_dump(), row.amount, row.clause)
        for row in consequences.returns_of(session, claim)
    )


def _steps(figures: rules.Head, decided: Decimal | None) -> list[Step]:
    """The lines of a calculation; where less was decided than computed, the last ones say so."""
    steps = list(figures.steps)
    if decided is None or not steps or steps[-1].amount == decided:
        return steps
    return [*steps[:-1], step("barred", decided - steps[-1].amount), step("payable", decided)]


def keep(session: Session, decision_id: int, sha256: str, now: datetime) -> None:
    """The signed letter exists: it is kept and sent (C-02, C-03); a second time changes nothing."""
    decision = session.get_one(
        ClaimDecision, decision_id, with_for_update=True, populate_existing=True
    )
    if decision.letter_sha256 is not None:
        return
    claim = session.get_one(Claim, decision.claim_id)
    decision.letter_sha256, decision.told_at = sha256, now
    for kind in ("told", "refusal"):
        timeline.meet(session, claim, kind, now)
    timeline.staff_done(session, claim, "claims.letter", None, now)
    timeline.note(session, claim, "told", "storefront", now)
    details = {"number": decision.number, "sha256": sha256}
    timeline.prove(session, claim, "decision-told", "storefront", now, details=details)
    context = {
        "ref": claim.ref,
        "outcome": decision.outcome,
        "amount": str(decision.amount),
        "reason": decision.wording.get(claim.language, ""),
        "account": claim.customer_id is not None,
    }
    name = f"{claim.ref}-{decision.number}.pdf"
    send_mail(
        session, claim, "claim_decided", context, now,
        key=f"decided:{decision.number}", attachments=((name, sha256),),
    )  # fmt: skip
