"""What an assessment found, complete in both languages, in the form in which it is stored and shown."""

from decimal import Decimal
from typing import Literal

from storefront.catalog.definition import Part, Text

Verdict = Literal["buy", "reduced", "not-affordable", "no-product", "not-needed"]


class ItemFound(Part):
    """One item of a need with its formula written out; `amount` is negative where it is taken off."""

    name: Text
    formula: Text
    amount: Decimal


class NeedFound(Part):
    """A need item by item; `total` is never below zero."""

    code: str
    name: Text
    items: tuple[ItemFound, ...]
    total: Decimal


class Offer(Part):
    """A product that answers a need, with the answers its quote is filled with.

    `premium` is yuan a year, None while the quote has to ask more.
    """

    code: str
    version: int
    name: Text
    insurer: Text
    illustrative: bool
    answers: dict[str, str]
    amount: Decimal | None
    premium: Decimal | None


class LineFound(Part):
    """What became of one kind of insurance and why."""

    category: str
    name: Text
    verdict: Verdict
    reason: Text
    remark: Text | None = None
    offers: tuple[Offer, ...] = ()


class Result(Part):
    """Everything the page of an assessment shows. `figures` feed the check of an application."""

    needs: tuple[NeedFound, ...]
    means: NeedFound
    lines: tuple[LineFound, ...]
    notes: tuple[Text, ...]
    assumptions: tuple[Text, ...]
    figures: dict[str, Decimal]

    def having(self, *verdicts: str) -> tuple[LineFound, ...]:
        """The lines with one of these verdicts, in the order of the rules."""
        return tuple(line for line in self.lines if line.verdict in verdicts)
