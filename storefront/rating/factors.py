"""Filed coefficients: listed values, points to interpolate between, and steps.

A factor table has one row per listed value: ``factor`` names the coefficient; ``kind`` is
``listed`` (``key`` is the answer), ``point`` (``key`` is a number), ``step-upto`` (low < answer ≤
high) or ``step-from`` (low ≤ answer < high), a blank end being open; ``value`` and, where the filing
gives a range, ``value_high``.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby, pairwise
from math import prod

from pydantic import Field

from storefront.rating.answers import Answers, plain
from storefront.rating.spec import Span, SpecModel
from storefront.rating.tables import Table, Tables

COLUMNS = ("factor", "kind", "key", "low", "high", "value", "value_high")
ONE = Decimal(1)
ENDLESS = Decimal("Infinity")


class Condition(SpecModel):
    """The coefficient counts when the answer is one ``of`` these; ``otherwise`` lists the rest."""

    answer: str
    of: list[str]
    otherwise: list[str]

    def holds(self, answers: Answers) -> bool:
        """Whether it holds; an answer in neither list is refused."""
        return answers.choice(self.answer, [*self.otherwise, *self.of]) in self.of


class Coefficient(Span):
    """Which answer picks a value of which factor, for which lines (none named: all of them).

    Of the coefficients that share a name in ``lowest_of`` only the lowest counts.
    """

    factor: str
    answer: str
    whole: bool = False
    when: Condition | None = None
    lines: list[str] = Field(default_factory=list)
    lowest_of: str = ""

    def applies(self, answers: Answers, line: str) -> bool:
        """Whether it counts for this line and these answers."""
        if self.lines and line not in self.lines:
            return False
        return self.when is None or self.when.holds(answers)

    def number(self, answers: Answers) -> Decimal:
        """The answer, of a coefficient that goes by numbers."""
        return answers.number(self.answer, self.at_least, self.at_most, self.whole)


@dataclass(frozen=True, slots=True)
class ListedFactor:
    """A value for each listed answer, and for no other."""

    values: Mapping[str, Decimal]

    def value(self, answers: Answers, use: Coefficient) -> Decimal:
        """The value of the answer."""
        return self.values[answers.choice(use.answer, self.values)]


@dataclass(frozen=True, slots=True)
class PointFactor:
    """Values at numbers that rise: interpolated between them, the end values outside them."""

    points: Sequence[tuple[Decimal, Decimal]]

    def value(self, answers: Answers, use: Coefficient) -> Decimal:
        """The value at the answer."""
        number = use.number(answers)
        if number <= self.points[0][0]:
            return self.points[0][1]
        for (left, low), (right, high) in pairwise(self.points):
            if number < right:
                return low + (high - low) * (number - left) / (right - left)
        return self.points[-1][1]


@dataclass(frozen=True, slots=True)
class StepFactor:
    """Values of brackets that join up; ``upto`` says that the upper end belongs to a bracket."""

    upto: bool
    steps: Sequence[tuple[Decimal, Decimal, Decimal]]

    def value(self, answers: Answers, use: Coefficient) -> Decimal:
        """The value of the bracket the answer lies in; outside all of them it is refused."""
        number = use.number(answers)
        for low, high, value in self.steps:
            if low < number <= high if self.upto else low <= number < high:
                return value
        answers.refuse(
            use.answer,
            "out-of-range",
            at_least=plain(max(use.at_least, self.steps[0][0])),
            at_most=plain(min(use.at_most, self.steps[-1][1])),
        )
        return ONE


Factor = ListedFactor | PointFactor | StepFactor
Factors = Mapping[str, Factor]


def coefficient_of(
    answers: Answers, uses: Iterable[Coefficient], factors: Factors, line: str
) -> Decimal:
    """The product of all coefficients that count for a line, the lowest of each group of rivals."""
    alone: list[Decimal] = []
    rivals: dict[str, list[Decimal]] = {}
    for use in uses:
        if use.applies(answers, line):
            value = factors[use.factor].value(answers, use)
            (rivals.setdefault(use.lowest_of, []) if use.lowest_of else alone).append(value)
    return prod([*alone, *map(min, rivals.values())], start=ONE)


def read_factors(
    tables: Tables, name: str, uses: Sequence[Coefficient], lines: Collection[str] = ()
) -> dict[str, Factor]:
    """Every factor of a table; what the coefficients of a definition name must be there."""
    rows = [
        row | {"where": f"{name}:{number}"}
        for number, row in enumerate(tables.rows("factors", name, COLUMNS), 1)
    ]
    factors: dict[str, Factor] = {}
    for factor, group in groupby(rows, key=lambda row: row["factor"]):
        if factor in factors:
            tables.fault(name, f"the rows of the factor {factor} must stand together")
        factors[factor] = _read_factor(tables, list(group))
    for index, use in enumerate(uses):
        if rows and use.factor not in factors:
            tables.fault(f"coefficients.{index}", f"the table {name} has no factor {use.factor}")
        for line in set(use.lines) - set(lines):
            tables.fault(f"coefficients.{index}.lines", f"there is no line {line}")
    return factors


def _read_factor(tables: Tables, rows: Table) -> Factor:
    where, kind = rows[0]["where"], rows[0]["kind"]
    if any(row["kind"] != kind for row in rows):
        tables.fault(where, "all rows of a factor must be of one kind")
    if kind == "listed":
        return _read_listed(tables, rows)
    if kind == "point":
        return _read_points(tables, rows)
    if kind not in {"step-upto", "step-from"}:
        tables.fault(where, f"{kind} is no kind of factor: listed, point, step-upto, step-from")
    return _read_steps(tables, rows, upto=kind == "step-upto")


def _read_listed(tables: Tables, rows: Table) -> ListedFactor:
    values: dict[str, Decimal] = {}
    for row in rows:
        if not row["key"] or row["key"] in values:
            tables.fault(row["where"], "every listed value needs a key of its own")
        values[row["key"]] = _filed_value(tables, row)
    return ListedFactor(values)


def _read_points(tables: Tables, rows: Table) -> PointFactor:
    points = [(tables.number(row["where"], row["key"]), _filed_value(tables, row)) for row in rows]
    for row, (left, right) in zip(rows[1:], pairwise(points), strict=True):
        if left[0] >= right[0]:
            tables.fault(row["where"], "the numbers of a factor must rise")
    return PointFactor(points)


def _read_steps(tables: Tables, rows: Table, upto: bool) -> StepFactor:
    steps = [
        (
            tables.number(row["where"], row["low"]) if row["low"] else -ENDLESS,
            tables.number(row["where"], row["high"]) if row["high"] else ENDLESS,
            _filed_value(tables, row),
        )
        for row in rows
    ]
    for row, (left, right) in zip(rows[1:], pairwise(steps), strict=True):
        if left[1] != right[0]:
            tables.fault(row["where"], "a bracket must begin where the one before it ends")
    for row, (low, high, _) in zip(rows, steps, strict=True):
        if low >= high:
            tables.fault(row["where"], "a bracket must end above its beginning")
    return StepFactor(upto, steps)


def _filed_value(tables: Tables, row: dict[str, str]) -> Decimal:
    """The value of a row; of a range 1 if it lies in it (ends included), else the midpoint."""
    low = tables.number(row["where"], row["value"])
    high = tables.number(row["where"], row["value_high"] or row["value"])
    if low > high or low < 0:
        tables.fault(row["where"], "a range must rise, from 0 or more")
    if low <= ONE <= high:
        return ONE
    return low if low == high else (low + high) / 2
