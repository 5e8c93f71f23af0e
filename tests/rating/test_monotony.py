"""Older, longer, more cover: never cheaper, wherever the tables make that true.

Where it is not true, the test of the exception says why.
"""

from datetime import date
from decimal import Decimal
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.rating.actuarial import Floats
from storefront.rating.level import Plan
from storefront.rating.tables import SEXES
from tests.rating.bases import basis_of, level
from tests.rating.examples import (
    ACCIDENT,
    CYBER_BUSINESS,
    CYBER_SME,
    EMPLOYERS,
    EXAMPLES,
    MEDICAL,
    MOTOR,
    START,
    TERM_LIFE,
    TRAVEL,
)

AMOUNTS = st.integers(0, 5_000_000).map(Decimal)


def price(code: str, answers: dict[str, object]) -> Decimal:
    return basis_of(code).price(answers).unrounded


def born_at(age: int) -> date:
    return START.replace(year=START.year - age)


def rates(code: str) -> Floats:
    return level(code).rate_table


def test_older_is_never_cheaper_for_term_life() -> None:
    """At all ages, terms and pay years at once; what cannot be sold is NaN and left out."""
    assert np.nanmin(np.diff(rates("term-life"), axis=1)) > 0


@pytest.mark.parametrize("years", [5, 10, 20])
@pytest.mark.parametrize("sex", SEXES)
def test_older_is_never_cheaper_for_as_many_years_of_critical_illness(sex: str, years: int) -> None:
    basis = level("critical-illness")
    prices = [basis.rate(Plan(sex, age, years, 5)) for age in range(18, 71 - years)]
    assert prices == sorted(prices)


@pytest.mark.parametrize(("sex", "last"), [("M", 50), ("F", 46)])
def test_older_is_never_cheaper_for_critical_illness_while_cover_is_long(
    sex: str, last: int
) -> None:
    """Cover ends at 70, so that later entrants buy fewer years and at last pay less in all."""
    by_age = rates("critical-illness")[list(SEXES).index(sex)]
    assert np.nanmin(np.diff(by_age[: last - 18 + 1], axis=0)) > 0


def test_longer_cover_is_never_cheaper_for_the_same_years_of_payment() -> None:
    """With payment spread over more years it may be, a year: so the pay years are kept."""
    assert np.nanmin(np.diff(rates("term-life"), axis=2)) > 0


@pytest.mark.parametrize("code", ["term-life", "critical-illness"])
def test_fewer_payments_are_never_smaller(code: str) -> None:
    assert np.nanmax(np.diff(rates(code), axis=3)) < 0


@given(st.integers(50_000, 3_000_000), st.integers(50_000, 3_000_000))
def test_more_life_cover_is_never_cheaper(one: int, other: int) -> None:
    low, high = sorted((one, other))
    assert price("term-life", TERM_LIFE | {"sum_insured": low}) <= price(
        "term-life", TERM_LIFE | {"sum_insured": high}
    )


def test_men_pay_more_by_age_for_accidents_but_for_two_steps_of_the_disability_table() -> None:
    """At 50 and at 60 the disability factor of men falls by more than the death rate rises."""
    prices = {
        age: price("accident-year", ACCIDENT | {"birth_date": born_at(age)})
        for age in range(18, 66)
    }
    assert [age for age in range(19, 66) if prices[age] < prices[age - 1]] == [50, 60]


def test_women_pay_more_by_age_for_accidents_once_past_the_twenties() -> None:
    """Their death rate falls between 22 and 27, and the disability factor falls at 50 and at 60."""
    prices = {
        age: price("accident-year", ACCIDENT | {"birth_date": born_at(age), "sex": "F"})
        for age in range(18, 66)
    }
    falls = {age for age in range(19, 66) if prices[age] < prices[age - 1]}
    assert falls <= {*range(22, 28), 50, 60}


def test_higher_occupation_classes_are_never_cheaper() -> None:
    prices = [
        price("accident-year", ACCIDENT | {"occupation_class": number}) for number in range(1, 7)
    ]
    assert prices == sorted(prices)


@pytest.mark.parametrize("social", [True, False])
def test_medical_rates_rise_with_age_from_sixteen(social: bool) -> None:
    """Small children cost more than school children, so the table falls before it rises."""
    prices = [
        price("medical-year", MEDICAL | {"birth_date": born_at(age), "social_insurance": social})
        for age in range(16, 66)
    ]
    assert prices == sorted(prices)


@pytest.mark.parametrize("key", ["death", "disability", "medical", "hospital_cash"])
@given(one=AMOUNTS, other=AMOUNTS)
def test_more_travel_cover_is_never_cheaper(key: str, one: Decimal, other: Decimal) -> None:
    low, high = sorted((one, other))
    assert price("travel-accident", TRAVEL | {key: low}) <= price(
        "travel-accident", TRAVEL | {key: high}
    )


def test_longer_journeys_are_never_cheaper() -> None:
    prices = [price("travel-accident", TRAVEL | {"days": days}) for days in range(1, 366)]
    assert prices == sorted(prices)


def test_more_accidents_are_never_cheaper() -> None:
    prices = [price("motor-compulsory", MOTOR | {"float_code": n}) for n in (3, 2, 1, 4, 5, 6)]
    assert prices == sorted(prices)
    assert len(set(prices)) == 6


@given(st.integers(1, 20_000_000), st.integers(1, 20_000_000))
def test_a_higher_cyber_limit_is_never_cheaper(one: int, other: int) -> None:
    """The coefficient of the limit falls, but never as fast as the limit rises."""
    low, high = sorted((one, other))
    assert price("cyber-sme", CYBER_SME | {"limit": low}) <= price(
        "cyber-sme", CYBER_SME | {"limit": high}
    )


@given(st.integers(1, 3_000_000), st.integers(1, 3_000_000))
def test_a_higher_limit_per_person_is_never_cheaper(one: int, other: int) -> None:
    low, high = sorted((one, other))
    assert price("employers-liability", EMPLOYERS | {"limit_per_person": low}) <= price(
        "employers-liability", EMPLOYERS | {"limit_per_person": high}
    )


@given(st.integers(1, 3_000), st.integers(1, 3_000))
def test_more_employees_are_never_cheaper_within_a_bracket(one: int, other: int) -> None:
    """At 500 and 1,000 employees the filed coefficient steps down, for everybody insured."""
    low, high = sorted((one, other))
    if any(low < step <= high for step in (500, 1000)):
        return
    assert price("employers-liability", EMPLOYERS | {"employees": low}) <= price(
        "employers-liability", EMPLOYERS | {"employees": high}
    )


@pytest.mark.parametrize(
    ("code", "answers", "key"),
    [
        ("cyber-sme", CYBER_SME, "deductible"),
        ("cyber-business", CYBER_BUSINESS, "other_deductible"),
        ("employers-liability", EMPLOYERS, "medical_deductible"),
        ("travel-accident", TRAVEL, "medical_deductible"),
    ],
)
@given(deductibles=st.lists(st.integers(0, 100_000), min_size=2, max_size=5))
def test_a_higher_deductible_is_never_dearer(
    code: str, answers: dict[str, object], key: str, deductibles: list[int]
) -> None:
    prices = [price(code, answers | {key: Decimal(d)}) for d in sorted(deductibles)]
    assert all(left >= right for left, right in pairwise(prices))


@pytest.mark.parametrize("code", EXAMPLES)
def test_lines_add_up(code: str) -> None:
    premium = basis_of(code).price(EXAMPLES[code][0])
    assert sum(line.amount for line in premium.lines) == premium.total
