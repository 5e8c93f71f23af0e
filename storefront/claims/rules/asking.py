"""What has to be known about a loss before it can be computed, by the definition of the product."""

from collections.abc import Sequence

from storefront.catalog.definition import Benefit, ProductDefinition
from storefront.catalog.definition.benefits import DailyCash, Graded, SumInsured, WorkInjury


def is_debt(benefit: Benefit) -> bool:
    """Whether a benefit at death or by grade pays what is owed, so that its amount has to be claimed."""
    terms = benefit.terms
    if isinstance(terms, SumInsured | Graded):
        return terms.basis == "indemnity"
    return isinstance(terms, WorkInjury)


def is_wage(benefit: Benefit) -> bool:
    """Whether days are paid by the wage and not by an agreed amount."""
    return isinstance(benefit.terms, DailyCash) and benefit.terms.amount == "wage"


def cause_decides(definition: ProductDefinition, covers: Sequence[str]) -> bool:
    """Whether the cause of an incident may speak against some of these covers."""
    waiting = definition.claims.waiting if definition.claims else None
    return cause_excluded(definition, covers) or bool(waiting and _wait(definition, covers))


def cause_excluded(definition: ProductDefinition, covers: Sequence[str]) -> bool:
    """Whether some of these covers are for accidents: a cause is excluded from them."""
    return definition.claims is not None and any(
        item.cause and (not item.covers or set(item.covers) & set(covers))
        for item in definition.claims.exclusions
    )


def onset_counts(definition: ProductDefinition, covers: Sequence[str]) -> bool:
    """Whether it matters on which day an illness first showed itself."""
    waiting = definition.claims.waiting if definition.claims else None
    return bool(waiting and waiting.counts == "onset" and _wait(definition, covers))


def _wait(definition: ProductDefinition, covers: Sequence[str]) -> bool:
    return any(definition.cover(code).waiting_days for code in covers)
