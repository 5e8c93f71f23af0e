"""The premium of a product version for typed answers; every page, command and document comes here."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from storefront.catalog.bundle import ProductBundle
from storefront.catalog.definition import ProductDefinition, Text
from storefront.catalog.faults import AnswersInvalid, Fault
from storefront.rating import RatingRefused


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A part of the premium: its code, its name in both languages, yuan."""

    code: str
    name: Text
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Priced:
    """A premium in yuan; the lines add up to the total, and so does what is paid for each person.

    `persons` has one entry where the product is priced once for all.
    """

    total: Decimal
    unrounded: Decimal
    lines: tuple[PricedLine, ...]
    persons: tuple[Decimal, ...]
    currency: str = "CNY"


def price(bundle: ProductBundle, answers: Mapping[str, object], insured_count: int = 1) -> Priced:
    """Price typed answers; AnswersInvalid names what cannot be priced.

    A product priced per person costs the premium of one, rounded, times the number of people, so that
    every person's share can be shown and refunded.
    """
    try:
        premium = bundle.basis.price(answers)
    except RatingRefused as refused:
        raise AnswersInvalid(
            Fault(fault.key, fault.code, fault.params) for fault in refused.faults
        ) from refused
    people = insured_count if bundle.definition.insured.pricing == "each" else 1
    return Priced(
        total=premium.total * people,
        unrounded=premium.unrounded * people,
        lines=tuple(
            PricedLine(line.code, line_name(bundle.definition, line.code), line.amount * people)
            for line in premium.lines
        ),
        persons=(premium.total,) * people,
    )


def line_name(definition: ProductDefinition, code: str) -> Text:
    """The name of a premium line: its own, or that of the cover it pays for, or the code."""
    if code in definition.line_names:
        return definition.line_names[code]
    for cover in definition.covers:
        if cover.code == code:
            return cover.name
    return Text(zh=code, en=code)
