"""Pricing many sets of answers at once, a chunk of columns at a time.

Level premiums come from a table of rates with numpy; whatever that cannot price without doubt (a
fault, or a premium within a hair of half a fen) goes through ``basis.price``, so that a batch
and a single quote never differ. Memory is that of the chunk.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from storefront.money import from_minor
from storefront.rating.actuarial import Floats
from storefront.rating.faults import Fault, RatingRefused
from storefront.rating.level import LevelBasis
from storefront.rating.premium import Basis
from storefront.rating.spec import Span
from storefront.rating.tables import SEXES

Integers = NDArray[np.int64]
Column = Sequence[object] | NDArray[np.generic]

UNKNOWN = -1
HAIR = 1e-5


def price_rows(
    basis: Basis, columns: Mapping[str, Column]
) -> tuple[list[Decimal | None], list[tuple[Fault, ...]]]:
    """Premiums and faults of the rows of a chunk, in order.

    ``columns`` holds typed answers by key, all of one length; None is an answer not given. A row
    has a premium and no faults, or faults and no premium.
    """
    lists = {key: _as_list(column) for key, column in columns.items()}
    count = len(next(iter(lists.values()), []))
    if any(len(values) != count for values in lists.values()):
        raise ValueError("all columns of a chunk must have one length")
    if isinstance(basis, LevelBasis) and _has_level_keys(basis, lists):
        premiums = _level_premiums(basis, lists)
    else:
        premiums = [None] * count
    faults: list[tuple[Fault, ...]] = [()] * count
    for index, premium in enumerate(premiums):
        if premium is None:
            try:
                answers = {key: values[index] for key, values in lists.items()}
                premiums[index] = basis.price(answers).total
            except RatingRefused as refused:
                faults[index] = refused.faults
    return premiums, faults


def _as_list(column: Column) -> list[object]:
    return column.tolist() if isinstance(column, np.ndarray) else list(column)


def _has_level_keys(basis: LevelBasis, lists: Mapping[str, object]) -> bool:
    keys = {"birth_date", "start_date", "sex", "sum_insured", "pay_years", basis.cover_key}
    return keys <= lists.keys()


def _level_premiums(basis: LevelBasis, lists: Mapping[str, list[object]]) -> list[Decimal | None]:
    """The premiums that the table of rates gives without doubt; None for all other rows."""
    spec = basis.spec
    born, start = _day_numbers(lists["birth_date"]), _day_numbers(lists["start_date"])
    ages = (start - born) // 10_000 - spec.age.at_least
    places = (
        _places(lists["sex"], list(SEXES)),
        np.where((born < 0) | (start < 0), UNKNOWN, ages),
        _places(lists[basis.cover_key], basis.covers),
        _places(lists["pay_years"], spec.pay_years),
    )
    sums = _amounts(lists["sum_insured"], spec.sum_insured)
    known = np.isfinite(sums)
    for place, size in zip(places, basis.rate_table.shape, strict=True):
        known &= (place >= 0) & (place < size)
    fen = np.full(len(sums), np.nan)
    fen[known] = basis.rate_table[tuple(place[known] for place in places)] * sums[known] * 100.0
    return _rounded(fen)


def _rounded(fen: Floats) -> list[Decimal | None]:
    """Half up to the fen; None for what is not a number or too close to half a fen to tell."""
    whole = np.floor(fen + 0.5)
    clear = np.abs(np.abs(fen - whole) - 0.5) > HAIR
    sure = clear & np.isfinite(fen)
    minor = np.where(sure, whole, 0.0).astype(np.int64).tolist()
    return [
        from_minor(m) if is_sure else None for m, is_sure in zip(minor, sure.tolist(), strict=True)
    ]


def _day_numbers(values: list[object]) -> Integers:
    """Days as the number yyyymmdd, whose difference over 10,000 is the age last birthday."""
    return np.array(
        [v.year * 10_000 + v.month * 100 + v.day if type(v) is date else UNKNOWN for v in values],
        dtype=np.int64,
    )


def _places(values: list[object], listed: Sequence[object]) -> Integers:
    """Where each value stands in a list, by value and exact type."""
    places = {(type(value), value): place for place, value in enumerate(listed)}
    return np.array(
        [places.get((type(v), v), UNKNOWN) if type(v) in (str, int) else UNKNOWN for v in values],
        dtype=np.int64,
    )


def _amounts(values: list[object], span: Span) -> Floats:
    return np.array([_amount(value, span) for value in values], dtype=np.float64)


def _amount(value: object, span: Span) -> float:
    """The amount, compared exactly before it becomes a float; NaN outside the span."""
    if isinstance(value, Decimal):
        inside = value.is_finite() and span.at_least <= value <= span.at_most
        return float(value) if inside else math.nan
    if type(value) is int and span.at_least <= value <= span.at_most:
        return float(value)
    return math.nan
