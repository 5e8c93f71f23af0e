"""What the examples of a version cost in it and in the version before: the change of premiums. Pure."""

import dataclasses
from dataclasses import dataclass
from decimal import Decimal

from storefront.catalog import examples
from storefront.catalog.bundle import ProductBundle
from storefront.catalog.definition import Choice, ProductDefinition


@dataclass(frozen=True, slots=True)
class Pair:
    """A premium before and after in yuan; None where it is not sold."""

    old: Decimal | None
    new: Decimal | None

    @property
    def percent(self) -> Decimal | None:
        """By how much the premium changes, in percent."""
        if self.old is None or self.new is None or not self.old:
            return None
        return (self.new - self.old) / self.old * 100


@dataclass(frozen=True, slots=True)
class PriceTable:
    """The examples of the new version, priced by both."""

    columns: tuple[Choice | None, ...]
    rows: tuple[tuple[str, tuple[Pair, ...]], ...]

    @property
    def pairs(self) -> list[Pair]:
        return [pair for _value, pairs in self.rows for pair in pairs]

    @property
    def changed(self) -> int:
        """How many of the example premiums change."""
        return sum(pair.old != pair.new for pair in self.pairs)


def compared(old: ProductBundle | None, new: ProductBundle) -> PriceTable:
    """The new version's examples in both versions; all are new where there is no old one."""
    table = examples.table_of(new)
    earlier = _asked_like(old, new.definition) if old else None
    rows = []
    for row in table.rows:
        pairs = [
            Pair(examples.premium_of(earlier, row.value, column) if earlier else None, premium)
            for column, premium in zip(table.columns, row.premiums, strict=True)
        ]
        rows.append((row.value, tuple(pairs)))
    return PriceTable(table.columns, tuple(rows))


def _asked_like(old: ProductBundle, new: ProductDefinition) -> ProductBundle | None:
    """The old version with the examples of the new one; None where it cannot be asked the same."""
    definition = old.definition
    vary = "birth_date" if new.examples.vary == examples.AGE else new.examples.vary
    needed = {vary, definition.start.key or vary, new.examples.series or vary}
    if not all(definition.asks(key) for key in needed):
        return None
    values = {field.key: field.example for field in new.answers}
    answers = tuple(
        field.model_copy(update={"example": values.get(field.key, field.example)})
        for field in definition.answers
    )
    return dataclasses.replace(
        old,
        definition=definition.model_copy(update={"examples": new.examples, "answers": answers}),
    )
