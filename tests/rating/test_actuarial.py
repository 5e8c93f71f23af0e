"""The actuarial core reproduces public textbook values and its own identities."""

import numpy as np
import pytest

from storefront.rating.actuarial import (
    Floats,
    annuity_due,
    gross_level_premium,
    insurance,
    minimum_cash_values,
    other_deaths,
    reserves,
    survival,
)

# China Life Insurance Mortality Table 2010-2013, CL1 male, ages 30 to 49.
CL1_FROM_30 = np.array(
    [
        0.000797, 0.000847, 0.000903, 0.000966, 0.001035, 0.001111, 0.001196, 0.001290, 0.001395,
        0.001515, 0.001651, 0.001804, 0.001978, 0.002173, 0.002393, 0.002639, 0.002913, 0.003213,
        0.003538, 0.003884,
    ]
)  # fmt: skip


@pytest.fixture(scope="module")
def standard_ultimate_from_40() -> Floats:
    """Standard Ultimate Life Table: Makeham with A = 0.00022, B = 2.7e-6, c = 1.124."""
    a, b, c = 0.00022, 2.7e-6, 1.124
    ages = np.arange(40, 160)
    deaths: Floats = 1.0 - np.exp(-a - b / np.log(c) * c**ages * (c - 1.0))
    return deaths


def test_whole_life_of_the_standard_ultimate_table(standard_ultimate_from_40: Floats) -> None:
    q = standard_ultimate_from_40
    assert insurance(q, q, 0.05) == pytest.approx(0.121059, abs=5e-7)
    assert annuity_due(q, 0.05, np.ones(len(q))) == pytest.approx(18.457757, abs=5e-7)


def test_twenty_years_of_the_standard_ultimate_table(standard_ultimate_from_40: Floats) -> None:
    q = standard_ultimate_from_40[:20]
    assert insurance(q, q, 0.05) == pytest.approx(0.014633, abs=5e-7)
    assert annuity_due(q, 0.05, np.ones(20)) == pytest.approx(12.993475, abs=5e-7)


def test_single_and_level_net_premium() -> None:
    q = CL1_FROM_30
    assert 100_000 * insurance(q, q, 0.035) == pytest.approx(2366.744865, abs=5e-7)
    net = gross_level_premium(q, q, 0.035, np.ones(20))
    assert 100_000 * net == pytest.approx(162.619749, abs=5e-7)


def test_level_net_premium_of_ten_payments() -> None:
    net = gross_level_premium(CL1_FROM_30, CL1_FROM_30, 0.025, np.ones(10))
    assert 100_000 * net == pytest.approx(298.461010, abs=5e-7)


def test_insurance_and_annuity_belong_together(standard_ultimate_from_40: Floats) -> None:
    """A = 1 - d·ä for a benefit that is sure to be paid."""
    q = standard_ultimate_from_40
    rest = 1.0 - 0.05 / 1.05 * annuity_due(q, 0.05, np.ones(len(q)))
    assert insurance(q, q, 0.05) == pytest.approx(rest, abs=1e-12)


def test_survival_starts_at_one_and_takes_every_exit() -> None:
    assert survival(np.array([0.5, 0.2, 0.9])).tolist() == [1.0, 0.5, 0.4]


def test_other_deaths_leave_out_those_of_the_insured_disease() -> None:
    assert other_deaths(np.array([0.01]), np.array([0.3])).tolist() == pytest.approx([0.007])


def test_reserves_begin_and_end_at_nothing() -> None:
    kept = np.ones(10)
    premium = gross_level_premium(CL1_FROM_30, CL1_FROM_30, 0.025, kept)
    values = reserves(CL1_FROM_30, CL1_FROM_30, 0.025, premium, kept)
    assert len(values) == 21
    assert values[0] == pytest.approx(0.0, abs=1e-12)
    assert values[20] == 0.0
    assert all(values[1:20] > 0)


def test_reserve_after_the_last_payment_is_what_the_benefits_left_are_worth() -> None:
    q, kept = CL1_FROM_30, np.ones(10)
    values = reserves(q, q, 0.025, gross_level_premium(q, q, 0.025, kept), kept)
    assert values[10] == pytest.approx(insurance(q[10:], q[10:], 0.025))


def test_cash_value_is_the_whole_reserve_once_the_ramp_is_over() -> None:
    q, kept = CL1_FROM_30, np.ones(10)
    values = reserves(q, q, 0.025, gross_level_premium(q, q, 0.025, kept), kept)
    cash = minimum_cash_values(q, q, 0.025, kept, start=0.8, ramp=10)
    assert cash[10:] == pytest.approx(values[10:])
    assert cash[5] == pytest.approx(0.9 * values[5])
