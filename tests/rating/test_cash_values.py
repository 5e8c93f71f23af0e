"""Minimum cash values of the products over many years (rule V-04)."""

from decimal import Decimal

import numpy as np
import pytest

from storefront.rating import RatingRefused
from storefront.rating.actuarial import insurance
from tests.rating.bases import level, tables_of
from tests.rating.examples import CRITICAL_ILLNESS, TERM_LIFE


@pytest.mark.rule("V-04")
def test_term_life_of_twenty_years() -> None:
    values = level("term-life").cash_values(TERM_LIFE)
    assert len(values) == 20
    expected = {1: "0", 2: "0", 3: "0", 5: "40.37", 10: "301.90", 15: "381.73", 20: "0"}
    assert {year: values[year - 1] for year in expected} == {
        year: Decimal(value) for year, value in expected.items()
    }


@pytest.mark.rule("V-04")
def test_critical_illness_builds_a_value_and_uses_it_up() -> None:
    values = level("critical-illness").cash_values(CRITICAL_ILLNESS)
    assert len(values) == 40
    assert values[-1] == 0
    premiums_paid = 20 * Decimal("2913.21")
    assert 0 < max(values) < premiums_paid


def test_a_short_payment_uses_its_own_loadings() -> None:
    five = level("term-life").cash_values(TERM_LIFE | {"pay_years": 5})
    ten = level("term-life").cash_values(TERM_LIFE | {"pay_years": 10})
    assert five[0] > ten[0] == 0


def test_once_all_is_paid_the_value_is_what_the_benefits_left_are_worth() -> None:
    """r has reached 1 after as many years as premiums are paid, here ten, at 2 % + 2 %."""
    ten = level("term-life").cash_values(TERM_LIFE | {"pay_years": 10})
    rows = tables_of("term-life")["mortality-2025"]
    deaths = np.array([float(row["male"]) for row in rows[40:50]])
    assert float(ten[9]) == pytest.approx(100_000 * insurance(deaths, deaths, 0.04), abs=0.005)


def test_bad_answers_have_no_cash_value() -> None:
    with pytest.raises(RatingRefused):
        level("term-life").cash_values(TERM_LIFE | {"sex": "X"})
