"""The needs analysis: decision tables by cases, the calculation, the budget, what is offered."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.advice import questions, rules
from storefront.advice.book import book
from storefront.advice.offers import Product
from storefront.advice.result import Result
from storefront.catalog import answers as catalog_answers
from storefront.catalog import pricing
from storefront.catalog.faults import AnswersInvalid
from tests.advice.conftest import BASE, CASES, TODAY, Assess

INVESTED = {"debts": "600000", "savings": "200000", "life_cover": "100000"}


def line(result: Result, category: str) -> Any:
    return next(line for line in result.lines if line.category == category)


@pytest.mark.rule("N-04")
@pytest.mark.parametrize("case", CASES["cases"], ids=lambda case: case["name"])
def test_case(assess: Assess, case: dict[str, Any]) -> None:
    found = {line.category: line for line in assess(**case["answers"]).lines}
    assert {key: found[key].verdict for key in case["verdicts"]} == case["verdicts"]
    for category, words in case["reasons"].items():
        assert words in found[category].reason.en


def test_the_calculation_is_shown_item_by_item(assess: Assess) -> None:
    result = assess(children="1", child_1="8", years="15", **INVESTED)
    life = result.needs[0]
    assert [item.amount for item in life.items] == [
        Decimal(1_260_000), Decimal(600_000), Decimal(280_000), Decimal(-200_000), Decimal(-100_000)
    ]  # fmt: skip
    assert life.total == Decimal(1_840_000) == sum(item.amount for item in life.items)
    assert life.items[0].formula.en == (
        "¥120,000 (your income a year) × 70% (share the family needs) × 15 (years)"
    )


def test_a_surplus_is_no_negative_need(assess: Assess) -> None:
    assert assess(savings="90000000").needs[0].total == 0


@pytest.mark.parametrize(
    ("budget", "income", "affordable"), [("500", "120000", "6000"), ("5000", "120000", "12000")]
)
def test_affordable_is_the_lower_of_budget_and_share_of_income(
    assess: Assess, budget: str, income: str, affordable: str
) -> None:
    assert assess(budget=budget, income=income).figures["affordable"] == Decimal(affordable)


def test_an_offer_meets_the_need_and_carries_todays_premium(
    assess: Assess, products: list[Product]
) -> None:
    offer = line(assess(children="1", child_1="8"), "term-life").offers[0]
    assert offer.answers == {
        "birth_date": "1990-06-15",
        "sex": "M",
        "sum_insured": "1120000",
        "term_years": "15",
        "pay_years": "15",
    }
    bundle = next(p.bundle for p in products if p.bundle.definition.code == offer.code)
    raw = {**offer.answers, "start_date": "2026-11-23"}
    assert (
        offer.premium == pricing.price(bundle, catalog_answers.parse(bundle.definition, raw)).total
    )


def test_a_reduced_sum_is_the_largest_within_the_means(
    assess: Assess, products: list[Product]
) -> None:
    result = assess(years="20", budget="60", medical_cover="true", accident_cover="600000")
    reduced = line(result, "term-life")
    offer = reduced.offers[0]
    assert offer.premium <= result.figures["affordable"] == 720
    bundle = next(p.bundle for p in products if p.bundle.definition.code == offer.code)
    more = {**offer.answers, "sum_insured": str(offer.amount + 10_000), "start_date": "2026-11-23"}
    dearer = pricing.price(bundle, catalog_answers.parse(bundle.definition, more)).total
    assert dearer > result.figures["affordable"]
    assert f"¥{offer.amount:,.0f}" in reduced.remark.en


def test_somebody_without_any_gap_is_told_to_buy_nothing(assess: Assess) -> None:
    covered = {"life_cover": "9000000", "illness_cover": "900000", "accident_cover": "900000"}
    result = assess(medical_cover="true", **covered)
    assert {line.verdict for line in result.lines} == {"not-needed"}


def test_products_stand_in_the_order_of_the_catalogue(
    assess: Assess, products: list[Product]
) -> None:
    codes = [item.bundle.definition.code for item in products]
    for found in assess(vehicle="due", trip="true", trip_days="7").lines:
        positions = [codes.index(offer.code) for offer in found.offers]
        assert positions == sorted(positions)


MONEY = st.integers(min_value=0, max_value=1_000_000).map(str)
MEANS = st.fixed_dictionaries(
    dict.fromkeys(("income", "other_income", "debts", "savings", "budget"), MONEY)
)


@given(situation=MEANS, years=st.integers(1, 40))
def test_what_is_recommended_to_a_household_is_within_its_means(
    assess: Assess, situation: dict[str, str], years: int
) -> None:
    result = assess(**situation, years=str(years))
    household = {item.category for item in book().lines if item.purse == "household"}
    premiums = sum(
        max((offer.premium or Decimal(0) for offer in found.offers), default=Decimal(0))
        for found in result.lines
        if found.category in household
    )
    assert premiums <= result.figures["affordable"]


@pytest.mark.rule("N-05")
@pytest.mark.parametrize(
    ("ends", "kept"),
    [(date(2046, 12, 1), date(2051, 12, 1)), (date(2028, 2, 29), date(2033, 3, 1))],
)
def test_kept_five_years_after_the_relationship(ends: date, kept: date) -> None:
    assert rules.retain_until(ends) == kept


@pytest.mark.rule("N-01")
def test_an_assessment_counts_for_a_year() -> None:
    made = datetime(2026, 11, 22, 8, tzinfo=UTC)
    assert rules.is_recent(made, made + timedelta(days=365))
    assert not rules.is_recent(made, made + timedelta(days=365, seconds=1))


@pytest.mark.parametrize(
    ("changes", "key", "code"),
    [
        ({"income": ""}, "income", "missing"),
        ({"children": "1"}, "child_1", "missing"),
        ({"income": "a lot"}, "income", "wrong-type"),
        ({"income": "-1"}, "income", "out-of-range"),
        ({"vehicle": "spaceship"}, "vehicle", "not-a-choice"),
        ({"birth_date": "2030-01-01"}, "birth_date", "not-possible"),
    ],
)
def test_each_faulty_answer_is_named(changes: dict[str, str], key: str, code: str) -> None:
    with pytest.raises(AnswersInvalid) as raised:
        questions.parse(questions.questionnaire(), BASE | changes, TODAY)
    assert [(fault.key, fault.code) for fault in raised.value.faults] == [(key, code)]


def test_what_is_not_asked_is_not_stored() -> None:
    raw = BASE | {"trip_days": "7", "child_1": "3", "employees": "5"}
    answers = questions.parse(questions.questionnaire(), raw, TODAY)
    assert not {"trip_days", "child_1", "employees"} & set(answers)


def test_the_short_form_asks_what_the_needs_are_made_of(products: list[Product]) -> None:
    short = questions.questionnaire(short=True)
    answers = questions.parse(short, questions.given(short, BASE), TODAY)
    result = rules.assess(book(), answers, products, TODAY)
    assert result.needs[0].total == Decimal(840_000)
    assert not {"motor-compulsory", "medical", "cyber"} & {line.category for line in result.lines}
