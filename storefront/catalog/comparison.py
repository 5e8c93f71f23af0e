"""Products side by side for the same person: cover and exclusions first, nothing ranked (P-03)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from storefront.catalog import answers, pricing
from storefront.catalog.bundle import ProductBundle
from storefront.catalog.definition import AnswerField, Cover, Text, all_hold
from storefront.catalog.facts import derive
from storefront.catalog.faults import AnswersInvalid, Fault
from storefront.catalog.pricing import Priced

MOST_COLUMNS = 4


@dataclass(frozen=True)
class Column:
    """One product of the comparison with the answers that count for it."""

    number: int
    bundle: ProductBundle
    repeated: bool
    raw: Mapping[str, str]
    answers: Mapping[str, object]
    priced: Priced | None
    faults: tuple[Fault, ...]

    def input_name(self, field: AnswerField) -> str:
        """The name of a field in the address: shared, unless the product stands here more than once."""
        shared = field.subject == "insured" or field.key == self.bundle.definition.start.key
        return field.key if shared or not self.repeated else f"c{self.number}.{field.key}"


@dataclass(frozen=True, slots=True)
class Question:
    """One field of the form above the comparison, and the columns whose products ask it."""

    name: str
    field: AnswerField
    columns: tuple[Column, ...]

    @property
    def of_one_column(self) -> bool:
        """Whether it belongs to one variant of a product that stands here more than once."""
        return self.name != self.field.key

    @property
    def shown(self) -> bool:
        """Whether any of the products asks it, given the answers so far."""
        return any(
            all_hold(self.field.shown_when, derive(c.bundle.definition, c.answers))
            for c in self.columns
        )


def columns_of(bundles: Sequence[ProductBundle], given: Mapping[str, str]) -> list[Column]:
    """A column for each product, priced where the answers suffice."""
    codes = [bundle.definition.code for bundle in bundles]
    return [
        _column(number, bundle, codes.count(bundle.definition.code) > 1, given)
        for number, bundle in enumerate(bundles, 1)
    ]


def questions_of(columns: Sequence[Column]) -> list[Question]:
    """The fields of all products, each once; what more products ask comes first."""
    found: dict[str, list[tuple[AnswerField, Column]]] = {}
    for column in columns:
        for field in column.bundle.definition.answers:
            found.setdefault(column.input_name(field), []).append((field, column))
    questions = [
        Question(name, askers[0][0], tuple(column for _, column in askers))
        for name, askers in found.items()
    ]
    return sorted(questions, key=lambda question: -len(question.columns))


def covers_of(columns: Sequence[Column]) -> list[tuple[Text, list[Cover | None]]]:
    """Each cause with what every product has for it; the name is that of the first that has it."""
    codes = dict.fromkeys(c.code for column in columns for c in column.bundle.definition.covers)
    rows = []
    for code in codes:
        cells = [
            next((c for c in column.bundle.definition.covers if c.code == code), None)
            for column in columns
        ]
        rows.append((next(cell.name for cell in cells if cell), cells))
    return rows


def _column(number: int, bundle: ProductBundle, repeated: bool, given: Mapping[str, str]) -> Column:
    empty = Column(number, bundle, repeated, {}, {}, None, ())
    raw = _raw(empty, given)
    known = answers.lenient(bundle.definition, raw)
    if not raw:
        return empty
    try:
        typed = answers.parse(bundle.definition, raw)
        return Column(number, bundle, repeated, raw, typed, pricing.price(bundle, typed), ())
    except AnswersInvalid as invalid:
        return Column(number, bundle, repeated, raw, known, None, invalid.faults)


def _raw(column: Column, given: Mapping[str, str]) -> dict[str, str]:
    raw: dict[str, str] = {}
    for field in column.bundle.definition.answers:
        name = column.input_name(field)
        for suffix in [f".{entry.key}" for entry in field.entries] or [""]:
            if text := given.get(name + suffix, "").strip():
                raw[field.key + suffix] = text
    return raw
