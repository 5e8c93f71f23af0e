"""Whom the contract names for what is paid: after a death the beneficiaries, by their shares."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from storefront.catalog.definition import ProductDefinition
from storefront.claims.models import Claim
from storefront.claims.payouts import rules
from storefront.claims.service import contract
from storefront.policies import service as policies

DEATH_DOCUMENT = "death-certificate"
Named = tuple[tuple[str, Decimal], ...]


def of(session: Session, claim: Claim, key: str) -> Named:
    """Names and shares for what is due under a key; empty where the contract names nobody for it."""
    if key.startswith("return:"):
        return ()
    return named(session, claim, contract.definition_of(session, claim))


def named(session: Session, claim: Claim, definition: ProductDefinition) -> Named:
    """The beneficiaries of a benefit; empty where nobody died, or where the heirs are entitled."""
    died = after_death(session, claim, definition)
    return rules.entitled(parties(session, claim)) if died else ()


def parties(session: Session, claim: Claim) -> Mapping[str, Any]:
    """Everybody in the contract as it stood at the incident (C-08)."""
    changes = policies.transactions_of(session, claim.policy)
    found: Mapping[str, Any] = contract.content_at(changes, claim.incident_at)["parties"]
    return found


def after_death(session: Session, claim: Claim, definition: ProductDefinition) -> bool:
    """Whether beneficiaries are paid: somebody insured by name has died."""
    claim_type = contract.type_of(definition, claim.claim_type)
    died = any(document.code == DEATH_DOCUMENT for document in claim_type.documents)
    return died and bool(parties(session, claim).get("insured"))
