"""What has to be known about a loss before it can be computed, by the definition of the product."""

from storefront.catalog.definition import Benefit
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
