"""What else fits somebody who cannot have a product: of the same need, without the failing rule. Pure."""

from collections.abc import Iterable, Sequence

from storefront.catalog.definition import ProductDefinition

CLOSING = ("postponed", "declined")


def alternatives(
    refused: ProductDefinition, rules: Iterable[str], others: Sequence[ProductDefinition]
) -> list[ProductDefinition]:
    """Products of a need in common that do not refuse for what `rules` of the refused one are about.

    Those that do not ask about it come first; whether such a product can be had in the end, its own
    declaration decides.
    """
    failing = set(rules)
    subjects = _subjects(refused, failing)
    fitting = [
        other
        for other in others
        if other.code != refused.code
        and set(other.needs) & set(refused.needs)
        and not subjects & _closing_subjects(other)
    ]
    return sorted(fitting, key=lambda other: bool(subjects & _all_subjects(other)))


def _subjects(definition: ProductDefinition, rules: set[str]) -> set[str]:
    return {
        subject
        for rule in definition.underwriting.rules
        if rule.code in rules
        for subject in rule.subjects
    }


def _closing_subjects(definition: ProductDefinition) -> set[str]:
    return {
        subject
        for rule in definition.underwriting.rules
        if rule.outcome in CLOSING
        for subject in rule.subjects
    }


def _all_subjects(definition: ProductDefinition) -> set[str]:
    return {subject for rule in definition.underwriting.rules for subject in rule.subjects}
