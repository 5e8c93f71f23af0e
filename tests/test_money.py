"""Rounding, sharing out and minor units never gain or lose a fen."""

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from storefront.money import allocate, from_minor, round_fen, to_minor

FEN = st.integers(-(10**14) + 1, 10**14 - 1)
WEIGHTS = st.lists(
    st.decimals(0, 10**9, allow_nan=False, allow_infinity=False, places=6), min_size=1, max_size=8
)


@pytest.mark.parametrize(
    ("amount", "rounded"),
    [("0.005", "0.01"), ("16.335", "16.34"), ("2.344999", "2.34"), ("-0.005", "-0.01")],
)
def test_half_a_fen_rounds_up(amount: str, rounded: str) -> None:
    assert str(round_fen(Decimal(amount))) == rounded


@pytest.mark.parametrize(
    ("total", "weights", "shares"),
    [
        ("100.00", ["1", "1", "1"], ["33.34", "33.33", "33.33"]),
        ("0.01", ["1", "2"], ["0.00", "0.01"]),
        ("665.00", ["950", "-285"], ["950.00", "-285.00"]),
        ("0.00", ["0", "0"], ["0.00", "0.00"]),
        ("10.00", ["0", "5"], ["0.00", "10.00"]),
    ],
)
def test_largest_remainders_get_what_is_left(
    total: str, weights: list[str], shares: list[str]
) -> None:
    assert [str(s) for s in allocate(Decimal(total), [Decimal(w) for w in weights])] == shares


@given(FEN, WEIGHTS)
def test_shares_add_up_and_stay_within_a_fen(minor: int, weights: list[Decimal]) -> None:
    whole = sum(weights)
    assume(whole > 0)
    total = from_minor(minor)
    shares = allocate(total, weights)
    assert sum(shares) == total
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share - total * weight / whole) < Decimal("0.0100001")


def test_nothing_to_share_by() -> None:
    with pytest.raises(ValueError, match="add up to zero"):
        allocate(Decimal("1.00"), [Decimal(1), Decimal(-1)])


@given(FEN)
def test_minor_units_there_and_back(minor: int) -> None:
    assert to_minor(from_minor(minor)) == minor


def test_a_part_of_a_fen_is_no_minor_unit() -> None:
    with pytest.raises(ValueError, match="whole number of fen"):
        to_minor(Decimal("0.001"))
