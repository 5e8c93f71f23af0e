"""Answers from text to typed values: all faults at once, riders left empty, choices that depend."""

import json
from datetime import date
from decimal import Decimal

import pytest

from storefront.catalog import answers
from storefront.catalog.bundle import ProductBundle
from storefront.catalog.facts import derive, last_day, with_declared, years_of_premium
from storefront.catalog.faults import AnswersInvalid

TERM_LIFE = {
    "birth_date": "1996-06-15",
    "sex": "M",
    "start_date": "2026-12-01",
    "sum_insured": "100,000",
    "term_years": "20",
    "pay_years": "20",
}
TRAVEL = {"days": "7", "death": "200000", "disability": "200000"}


def faults(bundle: ProductBundle, raw: dict[str, str], today: date | None = None) -> dict[str, str]:
    with pytest.raises(AnswersInvalid) as refused:
        answers.parse(bundle.definition, raw, today)
    return {fault.key: fault.code for fault in refused.value.faults}


def test_text_becomes_typed_values(term_life: ProductBundle) -> None:
    typed = answers.parse(term_life.definition, TERM_LIFE)
    assert typed == {
        "birth_date": date(1996, 6, 15),
        "sex": "M",
        "start_date": date(2026, 12, 1),
        "sum_insured": Decimal(100000),
        "term_years": 20,
        "pay_years": 20,
    }
    stored = json.loads(json.dumps(answers.dump(typed)))
    assert answers.load(term_life.definition, stored) == typed
    assert answers.parse(term_life.definition, answers.to_raw(typed)) == typed


def test_all_faults_are_found_at_once(term_life: ProductBundle) -> None:
    raw = TERM_LIFE | {
        "birth_date": "15.6.1996",
        "sex": "X",
        "sum_insured": "55555",
        "term_years": "",
        "surprise": "1",
    }
    assert faults(term_life, raw) == {
        "birth_date": "wrong-type",
        "sex": "not-a-choice",
        "sum_insured": "off-step",
        "term_years": "missing",
        "surprise": "unknown-key",
    }


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"sum_insured": "40000"}, {"sum_insured": "out-of-range"}),
        ({"sum_insured": "1e6"}, {"sum_insured": "wrong-type"}),
        ({"sum_insured": "NaN"}, {"sum_insured": "wrong-type"}),
        ({"term_years": "20.0"}, {"term_years": "wrong-type"}),
        ({"term_years": "10"}, {"pay_years": "not-available"}),
        ({"birth_date": "2010-01-01"}, {"birth_date": "age-out-of-range"}),
        ({"birth_date": "1966-01-01"}, {"term_years": "check-failed"}),
        ({"birth_date": "2027-01-01"}, {"birth_date": "not-born"}),
    ],
)
def test_each_kind_of_fault(
    term_life: ProductBundle, changes: dict[str, str], expected: dict[str, str]
) -> None:
    assert faults(term_life, TERM_LIFE | changes) == expected


def test_the_start_has_to_lie_in_the_window_when_today_is_given(term_life: ProductBundle) -> None:
    assert answers.parse(term_life.definition, TERM_LIFE, date(2026, 11, 30))
    assert faults(term_life, TERM_LIFE, date(2026, 12, 1)) == {"start_date": "start-too-early"}
    assert faults(term_life, TERM_LIFE, date(2026, 9, 1)) == {"start_date": "start-too-late"}


@pytest.mark.rule("S-01")
def test_a_rider_left_empty_is_not_taken(travel: ProductBundle) -> None:
    typed = answers.parse(travel.definition, TRAVEL)
    assert typed["medical"] == typed["hospital_cash"] == 0


def test_what_belongs_to_a_rider_is_asked_only_with_it(travel: ProductBundle) -> None:
    with_rider = TRAVEL | {"medical": "12000"}
    assert faults(travel, with_rider) == {
        "social_insurance": "missing",
        "medical_deductible": "missing",
    }
    hidden = answers.parse(travel.definition, TRAVEL | {"medical_deductible": "500"})
    assert hidden["medical_deductible"] == 0


def test_a_rule_across_answers_says_why_in_both_languages(travel: ProductBundle) -> None:
    with pytest.raises(AnswersInvalid) as refused:
        answers.parse(travel.definition, TRAVEL | {"disability": "300000"})
    (fault,) = refused.value.faults
    assert fault.key == "disability"
    assert fault.message
    assert "above" in fault.message.en


def test_facts_follow_from_answers(term_life: ProductBundle, travel: ProductBundle) -> None:
    typed = answers.parse(term_life.definition, TERM_LIFE)
    facts = derive(term_life.definition, typed)
    assert (facts["age"], facts["age_at_end"]) == (30, 50)
    assert years_of_premium(term_life.definition, typed) == 20
    assert last_day(term_life.definition, typed, date(2026, 12, 1)) == date(2046, 11, 30)
    journey = answers.parse(travel.definition, TRAVEL)
    assert last_day(travel.definition, journey, date(2026, 12, 1)) == date(2026, 12, 7)


def test_the_body_mass_index_follows_from_the_declaration(term_life: ProductBundle) -> None:
    typed = answers.parse(term_life.definition, TERM_LIFE)
    declared = {"height-cm": Decimal(180), "weight-kg": Decimal(81)}
    assert with_declared(term_life.definition, typed, declared)["bmi"] == 25
