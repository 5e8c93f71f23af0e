"""The letter of a decision: what stands in it, and that it was sent."""

from datetime import datetime

from sqlalchemy.orm import Session

from config import Settings
from storefront.catalog.definition import ProductDefinition
from storefront.claims import rules
from storefront.claims.letter import Letter, Line, Part
from storefront.claims.models import Claim, ClaimDecision
from storefront.claims.rules import Step
from storefront.claims.rules.wording import return_label, step
from storefront.claims.service import consequences, contract, people, timeline
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
        parts=parts(session, claim, decision),
        returns=returns(session, claim),
        last_day=consequences.last_day(session, claim),
        insurer=insurer.name.in_language(language),
        contact=f"{insurer.claims_phone}, {insurer.service_email}",
        page=f"{settings.base_url}/claims/{claim.ref}",
        complaints=f"{settings.base_url}/complaints",
    )


def parts(session: Session, claim: Claim, decision: ClaimDecision) -> tuple[Part, ...]:
    """Every head of a decision line by line, each with the article behind its amounts.

    They are as they were decided, whatever was decided later; the oldest decisions kept none of it.
    """
    definition = contract.definition_of(session, claim)
    titles = people.titles(definition, claim)
    heads = decision.heads
    if heads is None:
        heads = [{"position": head.position, "figures": head.figures} for head in claim.heads]
    found = []
    for head in heads:
        if head["figures"] is None:
            continue
        figures = rules.Head.model_validate(head["figures"])
        lines = tuple(
            Line(line.label.model_dump(), line.amount, line.clause) for line in _steps(figures)
        )
        found.append(
            Part(
                name=titles[head["position"]],
                payable=figures.payable,
                lines=lines,
                eligible=figures.eligible,
                eligible_clause=_benefit_clause(definition, figures),
                limit_left=figures.limit_left,
                limit_clause=_limit_clause(definition, figures),
            )
        )
    return tuple(found)


def _benefit_clause(definition: ProductDefinition, figures: rules.Head) -> str:
    clauses = contract.type_of(definition, figures.claim_type).benefit.clauses
    return clauses.get(figures.cover) or clauses.get("benefit", "")


def _limit_clause(definition: ProductDefinition, figures: rules.Head) -> str:
    limits = definition.claims.limits if definition.claims else ()
    return next((limit.clause for limit in limits if limit.code == figures.limit_code), "")


def returns(session: Session, claim: Claim) -> tuple[Line, ...]:
    """What goes back to the policyholder instead of a benefit."""
    return tuple(
        Line(return_label(row.code).model_dump(), row.amount, row.clause)
        for row in consequences.returns_of(session, claim)
    )


def _steps(figures: rules.Head) -> list[Step]:
    """The lines of a calculation; where less was decided than computed, the last ones say so."""
    steps, decided = list(figures.steps), figures.payable
    if not steps or steps[-1].amount == decided:
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
