"""The contract behind a claim as it stood when something happened (C-08)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import identity
from storefront.catalog import service as catalog
from storefront.catalog.bundle import ProductBundle
from storefront.catalog.definition import ClaimType, ProductDefinition
from storefront.claims.models import Claim
from storefront.claims.notices import ContractTime
from storefront.errors import NotFound
from storefront.policies import service as policies
from storefront.policies.models import Policy, PolicyTransaction

Content = Mapping[str, Any]
ENDING = frozenset({"cancellation", "surrender", "termination", "lapse"})


def bundle_of(session: Session, policy: Policy) -> ProductBundle:
    """The product version of a policy."""
    return catalog.get(session, policy.product_code, policy.product_version)


def definition_of(session: Session, claim: Claim) -> ProductDefinition:
    """The product definition behind a claim."""
    return bundle_of(session, claim.policy).definition


def type_of(definition: ProductDefinition, code: str) -> ClaimType:
    """One of the product's claim types; NotFound for a code it does not know."""
    for found in definition.claim_types:
        if found.code == code:
            return found
    raise NotFound


def content_at(transactions: Sequence[PolicyTransaction], at: datetime) -> Content:
    """The contract in force at a moment; before it began, the one with which it began (C-08)."""
    found = transactions[0]
    for change in transactions[1:]:
        if change.effective_at <= at and change.kind not in ENDING:
            found = change
    content: Content = found.content
    return content


def content_of(session: Session, claim: Claim) -> Content:
    """The contract behind a claim as it stood at the incident (C-08)."""
    return content_at(policies.transactions_of(session, claim.policy), claim.incident_at)


def time_of(
    policy: Policy,
    transactions: Sequence[PolicyTransaction],
    content: Content,
    covers: Sequence[str],
    at: datetime,
) -> ContractTime:
    """When the contract covers, seen from a moment, and the waiting period of some covers.

    A reinstatement before that moment makes good for the end before it.
    """
    ended: datetime | None = None
    for change in transactions:
        if change.kind in ENDING and ended is None:
            ended = change.effective_at
        elif change.kind == "reinstatement" and change.effective_at <= at:
            ended = None
    waiting = [cover["waiting_days"] for cover in content["covers"] if cover["code"] in covers]
    return ContractTime(
        policy.start_at,
        min(policy.end_at, ended or policy.end_at),
        max(map(int, waiting), default=0),
    )


def insured_of(content: Content) -> list[dict[str, Any]]:
    """The insured persons; the policyholder where nobody else is insured and it is a person."""
    people: list[dict[str, Any]] = list(content["parties"].get("insured", []))
    return people


def plain_number(number: str) -> str:
    """A policy number as it is kept, however it was typed."""
    return number.strip().upper()


def find_with_identity(session: Session, number: str, id_number: str) -> Policy | None:
    """The issued policy with this number, if the identity number is of somebody in it.

    None says neither that there is no such policy nor that the person is not in it.
    """
    policy = session.scalar(select(Policy).where(Policy.number == plain_number(number)))
    if policy is None:
        return None
    wanted = identity.compact(id_number)
    fits = any(
        wanted in _numbers(change.content["parties"])
        for change in policies.transactions_of(session, policy)
    )
    return policy if fits else None


def _numbers(parties: Mapping[str, Any]) -> set[str]:
    """Identity numbers of the people, and the credit code of a company."""
    people = [parties["policyholder"], *parties.get("insured", [])]
    found = (person.get(key) for person in people for key in ("id_number", "uscc"))
    return {number for number in found if number}
