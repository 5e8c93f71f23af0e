"""A batch gives what single quotes give, row by row."""

from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.rating import Fault, RatingRefused
from storefront.rating.batch import price_rows
from tests.rating.bases import basis_of
from tests.rating.examples import CRITICAL_ILLNESS, EXAMPLES, START, TERM_LIFE

Row = dict[str, object]


def columns_of(rows: list[Row]) -> dict[str, list[object]]:
    return {key: [row[key] for row in rows] for key in rows[0]}


def one_by_one(code: str, rows: list[Row]) -> list[Decimal | tuple[Fault, ...]]:
    found: list[Decimal | tuple[Fault, ...]] = []
    for row in rows:
        try:
            found.append(basis_of(code).price(row).total)
        except RatingRefused as refused:
            found.append(refused.faults)
    return found


def in_one_go(code: str, rows: list[Row]) -> list[Decimal | tuple[Fault, ...]]:
    premiums, faults = price_rows(basis_of(code), columns_of(rows))
    assert all((premium is None) == bool(f) for premium, f in zip(premiums, faults, strict=True))
    return [f if premium is None else premium for premium, f in zip(premiums, faults, strict=True)]


ROWS = st.fixed_dictionaries(
    {
        "birth_date": st.dates(date(1960, 1, 1), date(2012, 1, 1)) | st.just("1990") | st.none(),
        "sex": st.sampled_from(["M", "F", "X", None, 1]),
        "start_date": st.dates(date(2026, 1, 1), date(2028, 12, 31)),
        "sum_insured": st.integers(40_000, 4_000_000)
        | st.decimals(49_000, 3_000_001, places=2)
        | st.sampled_from([Decimal("NaN"), Decimal("3000000.0000000000001"), 50_000, 3_000_000]),
        "term_years": st.sampled_from([10, 15, 20, 30, 25, True, "20"]),
        "pay_years": st.sampled_from([5, 10, 15, 20, 30, None]),
    }
)


@given(st.lists(ROWS, min_size=1, max_size=20))
def test_term_life_rows_as_single_quotes(rows: list[Row]) -> None:
    assert in_one_go("term-life", rows) == one_by_one("term-life", rows)


def test_critical_illness_rows_as_single_quotes() -> None:
    rows = [
        CRITICAL_ILLNESS | {"sex": sex, "pay_years": pay, "birth_date": date(year, 6, 15)}
        for sex in "MF"
        for pay in (5, 10, 20)
        for year in range(1968, 2010)
    ]
    assert in_one_go("critical-illness", rows) == one_by_one("critical-illness", rows)


@pytest.mark.parametrize("code", EXAMPLES)
def test_every_product_can_be_priced_in_a_batch(code: str) -> None:
    answers, premium = EXAMPLES[code]
    premiums, faults = price_rows(basis_of(code), columns_of([answers, answers]))
    assert premiums == [Decimal(premium)] * 2
    assert faults == [(), ()]


def test_numpy_columns() -> None:
    columns = {
        "birth_date": np.array(["1996-06-15", "NaT"], dtype="datetime64[D]"),
        "start_date": np.array([START, START], dtype="datetime64[D]"),
        "sex": np.array(["M", "F"]),
        "sum_insured": np.array([100_000, 100_000]),
        "term_years": np.array([20, 20]),
        "pay_years": np.array([20, 20]),
    }
    premiums, faults = price_rows(basis_of("term-life"), columns)
    assert premiums == [Decimal("132.09"), None]
    assert faults[1] == (Fault("birth_date", "missing"),)


def test_a_premium_near_half_a_fen_is_rounded_as_a_single_quote() -> None:
    """Sums insured whose premium lies at half a fen or a hair beside it, on both sides."""
    rate = basis_of("term-life").price(TERM_LIFE).unrounded / 100_000
    rows: list[Row] = [
        TERM_LIFE | {"sum_insured": (Decimal(yuan) + Decimal("0.005") + shift) / rate}
        for yuan in range(70, 3_900)
        for shift in (Decimal("-5e-7"), Decimal(0), Decimal("5e-7"))
    ]
    assert in_one_go("term-life", rows) == one_by_one("term-life", rows)


def test_a_column_that_is_not_there_is_missing_in_every_row() -> None:
    columns = columns_of([TERM_LIFE, TERM_LIFE])
    del columns["sex"]
    premiums, faults = price_rows(basis_of("term-life"), columns)
    assert premiums == [None, None]
    assert faults == [(Fault("sex", "missing"),)] * 2


def test_no_rows() -> None:
    assert price_rows(basis_of("term-life"), {"sex": []}) == ([], [])


def test_columns_of_different_lengths() -> None:
    with pytest.raises(ValueError, match="one length"):
        price_rows(basis_of("term-life"), {"sex": ["M"], "pay_years": []})
