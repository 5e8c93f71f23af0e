"""What the forms of the assessment offer to choose from: covers, persons, terms, answers, events."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.catalog.definition import ProductDefinition
from storefront.claims.models import Claim, ClaimHead
from storefront.claims.service import case, contract, people
from storefront.policies import service as policies

MOST_EVENTS = 50


def of(session: Session, claim: Claim, definition: ProductDefinition) -> dict[str, Any]:
    """All of it, by the contract at the incident (C-08)."""
    changes = policies.transactions_of(session, claim.policy)
    content = contract.content_at(changes, claim.incident_at)
    insured = people.insured(changes)
    about_persons = definition.line != "cyber"  # the report does not ask for a person either
    return {
        "open_covers": _covers(definition, content, () if about_persons else claim.heads),
        "about_persons": about_persons,
        "insured": insured,
        "known_names": [] if insured else people.known(session, claim),
        "name_of": people.name_of,
        "special_terms": content.get("special_terms", []),
        "stated": _stated(content),
        "events": _events(session, claim),
        "own_event": case.event_of(claim),
    }


def stated(session: Session, claim: Claim, definition: ProductDefinition) -> list[dict[str, Any]]:
    """What an enterprise answered about itself when it applied, where the product asks it anything."""
    if not definition.application.questionnaire:
        return []
    return _stated(contract.content_of(session, claim))


def _stated(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    answers: list[dict[str, Any]] = (content.get("controls") or {"answers": []})["answers"]
    return answers


def _covers(
    definition: ProductDefinition, content: Mapping[str, Any], taken: Iterable[ClaimHead]
) -> list[Any]:
    """Covers of the contract that some claim type knows and that no head has taken up."""
    known = [code for item in definition.claim_types for code in item.benefit.covers]
    held = {cover["code"] for cover in content["covers"]} - {head.cover for head in taken}
    return [definition.cover(code) for code in dict.fromkeys(known) if code in held]


def _events(session: Session, claim: Claim) -> list[tuple[str, str]]:
    """The events of the other claims of the policy, each with the reference of its claim."""
    others = session.scalars(
        select(Claim)
        .where(Claim.policy_id == claim.policy_id, Claim.id != claim.id)
        .order_by(Claim.id.desc())
        .limit(MOST_EVENTS)
    )
    return [(case.event_of(other), other.ref) for other in others]
