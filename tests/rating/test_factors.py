"""Filed coefficients: which value an answer gets, through the products that use them."""

from decimal import Decimal

import pytest

from storefront.rating import Basis, build
from tests.rating.bases import SPECS, basis_of, tables_of
from tests.rating.examples import CYBER_BUSINESS, CYBER_SME, EMPLOYERS, MEDICAL, TRAVEL


def ratio(basis: Basis, answers: dict[str, object], **change: object) -> Decimal:
    """What a change of answers does to the premium, as a factor."""
    return basis.price(answers | change).unrounded / basis.price(answers).unrounded


@pytest.mark.parametrize(
    ("deductible", "factor"),
    [("0", "1.1"), ("500", "1.05"), ("1000", "1"), ("3500", "0.925"), ("20000", "0.75"),
     ("90000", "0.75")],
)  # fmt: skip
def test_points_are_listed_interpolated_or_the_end(deductible: str, factor: str) -> None:
    found = ratio(basis_of("cyber-sme"), CYBER_SME, deductible=Decimal(deductible))
    assert found == Decimal(factor)


@pytest.mark.parametrize(
    ("revenue", "factor"),
    [("0", "0.75"), ("5000000", "0.75"), ("5000000.01", "0.85"), ("10000000", "0.85"),
     ("50000000", "1"), ("100000000", "1"), ("100000001", "1.15")],
)  # fmt: skip
def test_brackets_are_steps_and_the_upper_end_belongs_to_them(revenue: str, factor: str) -> None:
    assert ratio(basis_of("cyber-sme"), CYBER_SME, revenue=Decimal(revenue)) == Decimal(factor)


@pytest.mark.parametrize(
    ("employees", "factor"),
    [(99, "1"), (100, "1"), (499, "1"), (500, "0.85"), (999, "0.85"), (1000, "0.75")],
)
def test_head_counts_are_steps_whose_lower_end_belongs_to_them(employees: int, factor: str) -> None:
    found = ratio(basis_of("employers-liability"), EMPLOYERS, employees=employees)
    assert found == Decimal(factor) * employees / 10


@pytest.mark.parametrize(
    ("key", "value", "factor"),
    [
        ("risk_management", "good", "0.8"),
        ("risk_management", "poor", "1.2"),
        ("instalments", True, "1.09"),
    ],
)
def test_listed_values_and_midpoints_of_ranges(key: str, value: object, factor: str) -> None:
    assert ratio(basis_of("cyber-sme"), CYBER_SME, **{key: value}) == Decimal(factor)


@pytest.mark.parametrize(
    ("industry", "factor"), [("utilities", "1.15"), ("resident-services", "0.55"), ("other", "0.8")]
)
def test_industries_stand_in_the_order_of_the_filing(industry: str, factor: str) -> None:
    answers = CYBER_SME | {"industry": "hospitality"}
    assert ratio(basis_of("cyber-sme"), answers, industry=industry) == Decimal(factor)


@pytest.mark.parametrize(
    ("loss_ratio", "factor"),
    [("0.2", "0.55"), ("0.21", "0.7"), ("0.7", "1"), ("0.95", "1"), ("0.96", "1.6")],
)
def test_loss_ratio_counts_for_renewals(loss_ratio: str, factor: str) -> None:
    changed = {"renewal": "renewed-once", "loss_ratio": Decimal(loss_ratio)}
    expected = Decimal(factor) * Decimal("0.9")
    assert ratio(basis_of("cyber-sme"), CYBER_SME, **changed) == expected


def test_loss_ratio_does_not_count_for_new_business() -> None:
    assert ratio(basis_of("cyber-sme"), CYBER_SME, loss_ratio=Decimal(5)) == 1


@pytest.mark.parametrize(
    ("change", "factor"),
    [
        ({"limit_per_person": Decimal(100_000)}, "0.25"),
        ({"limit_per_person": Decimal(200_000)}, "0.47"),
        ({"limit_per_person": Decimal(2_000_000)}, "3.3"),
        ({"medical_ratio": Decimal("0.01")}, "0.925"),
        ({"medical_ratio": Decimal("0.5")}, "1.225"),
        ({"lost_work_ratio": Decimal("0.125")}, "1.025"),
        ({"per_event_multiple": Decimal(20)}, "1.15"),
        ({"aggregate_multiple": Decimal(1)}, "0.95"),
        ({"medical_deductible": Decimal(2_000)}, "0.85"),
        ({"category": "management"}, "0.75"),
        ({"category": "support"}, "1"),
        ({"renewal": "renewed-more"}, "0.85"),
    ],
)
def test_coefficients_of_employers_liability(change: dict[str, object], factor: str) -> None:
    assert ratio(basis_of("employers-liability"), EMPLOYERS, **change) == Decimal(factor)


def test_rate_per_person_is_capped() -> None:
    capped = build(
        SPECS["employers-liability"] | {"rate_cap": "0.001"}, tables_of("employers-liability")
    )
    assert capped.price(EMPLOYERS).total == 10 * 500_000 * Decimal("0.001")


@pytest.mark.parametrize(
    ("days", "rate", "head"),
    [(0, "0.2", "0.8"), (10, "0.1", "0.8"), (20, "0", "0.725"), (0, "0", "1")],
)
def test_the_lower_coefficient_of_waiting_days_and_rate_counts(
    days: int, rate: str, head: str
) -> None:
    limits = {"businessInterruption": Decimal(1_000_000)}
    change = {"bi_waiting_days": days, "bi_deductible_rate": Decimal(rate), "bi_months": 1}
    answers = CYBER_BUSINESS | {"limits": limits, "renewal": "new", "security_level": "high"}
    premium = basis_of("cyber-business").price(answers | change)
    assert premium.unrounded == 300 * Decimal(head)


def test_cyber_business_has_a_line_for_each_head_taken() -> None:
    premium = basis_of("cyber-business").price(CYBER_BUSINESS)
    assert [line.code for line in premium.lines] == [
        "emergencyDetection",
        "emergencyPR",
        "businessInterruption",
        "dataRecovery",
        "cyberExtortion",
    ]


def test_answers_of_heads_not_taken_are_not_asked_for() -> None:
    answers = CYBER_BUSINESS | {"limits": {"cyberExtortion": Decimal(1_000_000)}}
    needed = {key: answers[key] for key in answers if not key.startswith("bi_")}
    assert basis_of("cyber-business").price(needed).total > 0


@pytest.mark.parametrize(
    ("days", "term"), [(1, "0.05"), (2, "0.065"), (8, "0.1"), (365, "1"), (331, "1"), (330, "0.95")]
)
def test_travel_terms(days: int, term: str) -> None:
    found = ratio(basis_of("travel-accident"), TRAVEL, days=days)
    assert found == Decimal(term) / Decimal("0.075")


def test_travel_medical_factors_touch_medical_only() -> None:
    change = {"social_insurance": False, "medical_deductible": Decimal(150)}
    premium = basis_of("travel-accident").price(TRAVEL | change)
    assert premium.unrounded == Decimal("10.395") + Decimal("5.94") * Decimal("1.2") * Decimal(
        "0.875"
    )


def test_travel_hospital_cash_by_the_day() -> None:
    premium = basis_of("travel-accident").price(TRAVEL | {"hospital_cash": Decimal(100)})
    assert premium.unrounded == Decimal("16.335") + 10 * Decimal("2.55") * Decimal("0.075")


@pytest.mark.parametrize(
    ("social", "deductible", "premium"),
    [(True, 0, "438.90"), (True, 20_000, "191.52"), (False, 10_000, "528.00")],
)
def test_medical_by_plan_and_deductible(social: bool, deductible: int, premium: str) -> None:
    answers = MEDICAL | {"social_insurance": social, "deductible": deductible}
    assert str(basis_of("medical-year").price(answers).total) == premium
