"""The premium of a product version for typed answers; every page, command and document comes here."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from storefront.catalog import members
from storefront.catalog.bundle import ProductBundle
from storefront.catalog.definition import ProductDefinition, Text
from storefront.catalog.faults import AnswersInvalid, Fault
from storefront.rating import RatingRefused
from storefront.rating.premium import Premium


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A part of the premium: its code, its name in both languages, yuan."""

    code: str
    name: Text
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Priced:
    """A premium in yuan; the lines add up to the total, and so do the shares of the persons.

    `persons` holds what falls on each insured person in their order; one entry where all together,
    or no person at all, cost one premium.
    """

    total: Decimal
    unrounded: Decimal
    lines: tuple[PricedLine, ...]
    persons: tuple[Decimal, ...]
    currency: str = "CNY"


def price(bundle: ProductBundle, answers: Mapping[str, object], insured_count: int = 1) -> Priced:
    """Price typed answers; AnswersInvalid names what cannot be priced.

    Where people are priced by themselves, the premium is the sum of the rounded premiums of each, so
    that every person's share can be shown, loaded and refunded.
    """
    definition = bundle.definition
    people = members.each(definition, answers)
    premiums = [_premium_of(bundle, number, person) for number, person in enumerate(people)]
    if definition.insured.pricing == "each":
        premiums *= insured_count
    amounts: dict[str, Decimal] = {}
    for line in (line for premium in premiums for line in premium.lines):
        amounts[line.code] = amounts.get(line.code, Decimal(0)) + line.amount
    return Priced(
        total=sum((premium.total for premium in premiums), Decimal(0)),
        unrounded=sum((premium.unrounded for premium in premiums), Decimal(0)),
        lines=tuple(
            PricedLine(code, line_name(definition, code), amount)
            for code, amount in amounts.items()
        ),
        persons=tuple(premium.total for premium in premiums),
    )


def _premium_of(bundle: ProductBundle, number: int, answers: Mapping[str, object]) -> Premium:
    try:
        return bundle.basis.price(answers)
    except RatingRefused as refused:
        faults = [Fault(fault.key, fault.code, fault.params) for fault in refused.faults]
        raise AnswersInvalid(members.blame(bundle.definition, number, faults, ())) from refused


def line_name(definition: ProductDefinition, code: str) -> Text:
    """The name of a premium line: its own, or that of the cover it pays for, or the code."""
    if code in definition.line_names:
        return definition.line_names[code]
    for cover in definition.covers:
        if cover.code == code:
            return cover.name
    return Text(zh=code, en=code)
