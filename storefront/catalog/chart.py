"""Geometry of the premium chart, drawn as inline SVG by the template. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor, log10

from storefront.catalog.definition import Choice, ProductDefinition
from storefront.catalog.examples import AGE, ExampleTable

WIDTH, HEIGHT = 480, 260
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 32, 44
LEAST_POINTS = 3
STEPS = 4


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis: where, and its text."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Curve:
    """One line of the chart: the choice it stands for, its points and the `points` attribute."""

    choice: Choice | None
    dots: tuple[tuple[float, float], ...]

    @property
    def points(self) -> str:
        return " ".join(f"{x:g},{y:g}" for x, y in self.dots)


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything the template draws; coordinates are those of a box of WIDTH by HEIGHT."""

    curves: tuple[Curve, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    bottom: int = HEIGHT - BOTTOM


def chart_of(definition: ProductDefinition, table: ExampleTable) -> Chart | None:
    """The chart of a table of examples; None where the rows are not along a scale."""
    vary = definition.examples.vary
    if vary != AGE and (definition.field(vary).choices or definition.field(vary).type != "int"):
        return None
    values = [float(row.value) for row in table.rows]
    highest = max((p for row in table.rows for p in row.premiums if p is not None), default=None)
    if len(values) < LEAST_POINTS or not highest:
        return None
    top = _round_up(float(highest))
    curves = tuple(
        Curve(choice, _dots(values, [row.premiums[n] for row in table.rows], top))
        for n, choice in enumerate(table.columns)
    )
    ups = tuple(Tick(_y(top * n / STEPS, top), f"{top * n / STEPS:,.6g}") for n in range(STEPS + 1))
    return Chart(curves, _across(values), ups)


def _dots(
    values: Sequence[float], premiums: Sequence[Decimal | None], top: float
) -> tuple[tuple[float, float], ...]:
    return tuple(
        (round(_x(value, values), 1), round(_y(float(premium), top), 1))
        for value, premium in zip(values, premiums, strict=True)
        if premium is not None
    )


def _across(values: Sequence[float]) -> tuple[Tick, ...]:
    """Marks under the points, leaving out those that would touch the one before."""
    ticks: list[Tick] = []
    for value in values:
        at = round(_x(value, values), 1)
        if not ticks or at - ticks[-1].at >= 32:
            ticks.append(Tick(at, f"{value:g}"))
    return tuple(ticks)


def _x(value: float, values: Sequence[float]) -> float:
    low, high = min(values), max(values)
    return LEFT + (value - low) / (high - low) * (WIDTH - RIGHT - LEFT)


def _y(amount: float, top: float) -> float:
    return round(HEIGHT - BOTTOM - amount / top * (HEIGHT - BOTTOM - TOP), 1)


def _round_up(amount: float) -> float:
    """The next round number that divides into STEPS without odd fractions."""
    unit = 10.0 ** floor(log10(amount)) / 5
    return float(ceil(amount / unit / STEPS) * STEPS * unit)
