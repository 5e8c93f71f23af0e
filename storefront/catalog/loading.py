"""What underwriting adds to a premium, as lines of its own. Pure but for the names, which are data."""

import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from storefront.catalog.definition import Text
from storefront.catalog.pricing import Priced, PricedLine
from storefront.money import round_fen

LINES = Path(__file__).parent / "lines.toml"
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Loading:
    """The loading of one insured person (0 first): `percent` of its premium, `per_mille` of
    `sum_insured` (yuan) for each premium, which is a year's."""

    person: int
    percent: Decimal = NOTHING
    per_mille: Decimal = NOTHING
    sum_insured: Decimal = NOTHING


def with_loadings(priced: Priced, loadings: Iterable[Loading]) -> Priced:
    """The premium with each loading as one line more, rounded half up to the fen.

    `priced` is the premium without any loading. What people pay each, and all lines, still add up to
    the total; with a level premium, it is the annual one that is loaded.
    """
    lines = list(priced.lines)
    persons = list(priced.persons)
    unrounded = priced.unrounded
    for loading in loadings:
        for kind, rate, exact in _parts(loading, priced.persons):
            amount = round_fen(exact)
            lines.append(_line(kind, loading.person, rate, amount, priced.persons))
            persons[loading.person] += amount
            unrounded += exact
    total = sum(persons, NOTHING)
    return Priced(total, unrounded, tuple(lines), tuple(persons), priced.currency)


def _parts(loading: Loading, persons: Sequence[Decimal]) -> Iterator[tuple[str, Decimal, Decimal]]:
    """Kind, rate and exact yuan of each part of a loading."""
    if loading.percent:
        yield "percent", loading.percent, persons[loading.person] * loading.percent / 100
    if loading.per_mille:
        yield "per_mille", loading.per_mille, loading.sum_insured * loading.per_mille / 1000


def _line(
    kind: str, person: int, rate: Decimal, amount: Decimal, persons: Sequence[Decimal]
) -> PricedLine:
    name = _filled(_names()[kind], rate=f"{rate.normalize():f}")
    if len(persons) > 1:
        name = Text(
            zh=_names()["of_person"].zh.format(number=person + 1, name=name.zh),
            en=_names()["of_person"].en.format(number=person + 1, name=name.en),
        )
    return PricedLine(f"loading-{kind.replace('_', '-')}-{person + 1}", name, amount)


def _filled(pattern: Text, **values: str) -> Text:
    return Text(zh=pattern.zh.format(**values), en=pattern.en.format(**values))


@cache
def _names() -> dict[str, Text]:
    data = tomllib.loads(LINES.read_text(encoding="utf-8"))
    return {name: Text.model_validate(text) for name, text in data.items()}
