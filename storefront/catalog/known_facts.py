"""Which facts besides answers a condition of a definition can read; any other would never hold."""

from collections.abc import Set

from storefront.catalog.definition import ProductDefinition
from storefront.catalog.facts import ACCUMULATED, ACCUMULATED_HERE

RULES = "underwriting.rules."
DOCUMENTS = "application.documents."


def derived(definition: ProductDefinition, where: str, declared: Set[str]) -> set[str]:
    """Facts that follow for a condition at `where`: what is known there, and only if it can be."""
    found = _from_answers(definition)
    if where.startswith((RULES, DOCUMENTS)):
        found.add("policyholder_kind")
    if where.startswith(RULES):
        found |= _of_people(definition)
        if {"height-cm", "weight-kg"} <= declared:
            found.add("bmi")
    return found


def _from_answers(definition: ProductDefinition) -> set[str]:
    """See `facts.derive`."""
    found = {"term_days"} if definition.term.kind == "days" else set()
    if definition.start.key and definition.asks("birth_date"):
        found.add("age")
        if definition.term.kind != "days":
            found.add("age_at_end")
    return found


def _of_people(definition: ProductDefinition) -> set[str]:
    """Ages by the identity numbers, and what each person is insured for over all policies."""
    if not definition.insured.max:
        return set()
    found = {"age"} | {f"{ACCUMULATED_HERE}{limit.cover}" for limit in definition.insured.limits}
    if any(cover.death_benefit and cover.counts_for_minors for cover in definition.covers):
        found.add(f"{ACCUMULATED}death")
    return found
