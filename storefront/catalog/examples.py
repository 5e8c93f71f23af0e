"""Premium examples of a product: a small table made by pricing, the same for every visitor. Pure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from storefront.catalog import answers, pricing
from storefront.catalog.bundle import ProductBundle
from storefront.catalog.definition import Choice, ProductDefinition
from storefront.catalog.faults import AnswersInvalid
from storefront.clock import add_years

AGE = "age"


@dataclass(frozen=True, slots=True)
class ExampleRow:
    """One value of what varies, with a premium for each column; None where it is not sold."""

    value: str
    premiums: tuple[Decimal | None, ...]


@dataclass(frozen=True, slots=True)
class ExampleTable:
    """Premiums in yuan; `columns` are the choices of the series, or one None without a series."""

    columns: tuple[Choice | None, ...]
    rows: tuple[ExampleRow, ...]

    @property
    def lowest(self) -> Decimal | None:
        """The lowest premium of the table."""
        return min((p for row in self.rows for p in row.premiums if p is not None), default=None)


@lru_cache(maxsize=4096)
def table_of(bundle: ProductBundle) -> ExampleTable:
    """The examples that the definition describes."""
    definition = bundle.definition
    series = definition.examples.series
    columns = definition.field(series).choices if series else (None,)
    return ExampleTable(
        columns=columns,
        rows=tuple(
            ExampleRow(value, tuple(premium_of(bundle, value, column) for column in columns))
            for value in definition.examples.values
        ),
    )


def label_of(definition: ProductDefinition, value: str) -> Choice | None:
    """The choice behind a value of what varies, where it is one."""
    vary = definition.examples.vary
    choices = () if vary == AGE else definition.field(vary).choices
    return next((choice for choice in choices if choice.value == value), None)


def premium_of(bundle: ProductBundle, value: str, column: Choice | None) -> Decimal | None:
    """The premium of one example; None where it is not sold."""
    definition = bundle.definition
    changes = {} if column is None else {definition.examples.series or "": column.value}
    if definition.examples.vary == AGE:
        changes["birth_date"] = _birth_date(definition, int(value))
    else:
        changes[definition.examples.vary] = value
    try:
        return pricing.price(bundle, answers.example(definition, **changes)).total
    except AnswersInvalid:
        return None


def _birth_date(definition: ProductDefinition, age: int) -> str:
    """A birth date that gives the age on the example's first day of cover."""
    start = date.fromisoformat(str(definition.field(definition.start.key or "").example))
    return add_years(start, -age).isoformat()
