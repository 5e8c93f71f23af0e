"""Answers that cannot be priced are refused by key and code, and by nothing but a refusal."""

import json
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.rating import Basis, Fault, Premium, RatingRefused
from storefront.rating.answers import age_on
from tests.rating.bases import basis_of
from tests.rating.examples import (
    CRITICAL_ILLNESS,
    CYBER_BUSINESS,
    CYBER_SME,
    EXAMPLES,
    MEDICAL,
    MOTOR,
    TERM_LIFE,
    TRAVEL,
)


def faults(code: str, answers: dict[str, object]) -> tuple[Fault, ...]:
    with pytest.raises(RatingRefused) as refused:
        basis_of(code).price(answers)
    return refused.value.faults


@pytest.mark.parametrize(
    ("code", "key"), [(code, key) for code, (answers, _) in EXAMPLES.items() for key in answers]
)
def test_every_missing_answer_is_named(code: str, key: str) -> None:
    answers = {k: v for k, v in EXAMPLES[code][0].items() if k != key}
    assert faults(code, answers) == (Fault(key, "missing"),)


@pytest.mark.parametrize(
    ("code", "key"), [(code, key) for code, (answers, _) in EXAMPLES.items() for key in answers]
)
def test_every_answer_of_a_wrong_type_is_named(code: str, key: str) -> None:
    (fault,) = faults(code, EXAMPLES[code][0] | {key: 1.5})
    assert (fault.key, fault.code) == (key, "wrong-type")


@pytest.mark.parametrize("code", EXAMPLES)
def test_nothing_answered_names_several_keys(code: str) -> None:
    found = faults(code, {})
    assert {fault.code for fault in found} == {"missing"}
    assert {fault.key for fault in found} <= EXAMPLES[code][0].keys()
    assert len(found) > 1


LISTED = "not-a-listed-value"
RANGE = "out-of-range"


@pytest.mark.parametrize(
    ("code", "change", "key", "fault"),
    [
        ("term-life", {"birth_date": date(2008, 12, 2)}, "birth_date", "age-out-of-range"),
        ("term-life", {"birth_date": date(1965, 12, 1)}, "birth_date", "age-out-of-range"),
        ("term-life", {"birth_date": date(2027, 1, 1)}, "birth_date", "age-out-of-range"),
        ("term-life", {"birth_date": datetime(1996, 6, 15)}, "birth_date", "wrong-type"),  # noqa: DTZ001
        ("term-life", {"sex": "m"}, "sex", LISTED),
        ("term-life", {"sum_insured": Decimal("49999.99")}, "sum_insured", RANGE),
        ("term-life", {"sum_insured": Decimal("3000000.01")}, "sum_insured", RANGE),
        ("term-life", {"sum_insured": Decimal("NaN")}, "sum_insured", RANGE),
        ("term-life", {"sum_insured": True}, "sum_insured", "wrong-type"),
        ("term-life", {"term_years": 25}, "term_years", LISTED),
        ("term-life", {"term_years": 10}, "pay_years", "pays-longer-than-cover"),
        ("critical-illness", {"cover_to_age": 80}, "cover_to_age", LISTED),
        ("critical-illness", {"sum_insured": 800_001}, "sum_insured", RANGE),
        ("accident-year", {"occupation_class": 7}, "occupation_class", LISTED),
        ("accident-year", {"birth_date": date(1960, 12, 1)}, "birth_date", "age-out-of-range"),
        ("medical-year", {"deductible": Decimal(5_000)}, "deductible", LISTED),
        ("travel-accident", {"days": 0}, "days", RANGE),
        ("travel-accident", {"days": 366}, "days", RANGE),
        ("travel-accident", {"days": Decimal(3)}, "days", "wrong-type"),
        ("travel-accident", {"death": Decimal(-1)}, "death", RANGE),
        ("motor-compulsory", {"vehicle_class": "MC39"}, "vehicle_class", LISTED),
        ("motor-compulsory", {"float_code": 7}, "float_code", LISTED),
        ("cyber-sme", {"limit": Decimal(0)}, "limit", RANGE),
        ("cyber-sme", {"limit": Decimal("1e30")}, "limit", RANGE),
        ("cyber-sme", {"renewal": "renewed-once"}, "loss_ratio", "missing"),
        ("cyber-sme", {"renewal": "maybe"}, "renewal", LISTED),
        ("cyber-business", {"limits": {"fire": Decimal(1)}}, "limits", LISTED),
        ("cyber-business", {"limits": {}}, "limits", "no-cover-chosen"),
        ("cyber-business", {"bi_months": 0}, "bi_months", RANGE),
        ("cyber-business", {"bi_deductible_rate": Decimal("1.01")}, "bi_deductible_rate", RANGE),
        ("employers-liability", {"employees": 0}, "employees", RANGE),
        ("employers-liability", {"employees": Decimal("2.5")}, "employees", "wrong-type"),
        ("employers-liability", {"industry_class": 4}, "industry_class", LISTED),
        ("employers-liability", {"employees": 10**11}, "limit_per_person", "premium-out-of-range"),
    ],
)
def test_impossible_answers(code: str, change: dict[str, object], key: str, fault: str) -> None:
    (found,) = faults(code, EXAMPLES[code][0] | change)
    assert (found.key, found.code) == (key, fault)
    json.dumps(found.params)


def test_several_faults_are_named_together() -> None:
    found = faults("term-life", TERM_LIFE | {"sex": "X", "term_years": 11, "start_date": None})
    assert [(fault.key, fault.code) for fault in found] == [
        ("sex", LISTED),
        ("start_date", "missing"),
        ("term_years", LISTED),
    ]


def test_cover_must_end_in_time() -> None:
    old = TERM_LIFE | {"birth_date": date(1975, 6, 15)}
    assert faults("term-life", old | {"pay_years": 5}) == (
        Fault("term_years", "cover-ends-too-late", {"age": 51, "latest_end_age": 70}),
    )


def test_critical_illness_must_be_paid_when_cover_ends() -> None:
    old = CRITICAL_ILLNESS | {"birth_date": date(1971, 6, 15)}
    assert faults("critical-illness", old) == (
        Fault("pay_years", "pays-longer-than-cover", {"years": 15}),
    )


def test_travel_without_any_cover() -> None:
    nothing = {"death": 0, "disability": 0, "medical": 0, "hospital_cash": 0}
    assert faults("travel-accident", TRAVEL | nothing) == (Fault("death", "no-cover-chosen"),)


def test_a_wrong_limit_is_named_by_its_head() -> None:
    limits = {"cyberExtortion": Decimal(-5), "dataRecovery": "much"}
    assert {
        fault.key for fault in faults("cyber-business", CYBER_BUSINESS | {"limits": limits})
    } == {
        "limits.cyberExtortion",
        "limits.dataRecovery",
    }


@pytest.mark.parametrize("start", [date(2026, 12, 1), date(2027, 1, 1)])
def test_ages_at_the_edge(start: date) -> None:
    turns_18 = start.replace(year=start.year - 18)
    assert basis_of("term-life").price(TERM_LIFE | {"birth_date": turns_18, "start_date": start})


@pytest.mark.parametrize(
    ("day", "born", "age"),
    [
        (date(2026, 6, 14), date(1996, 6, 15), 29),
        (date(2026, 6, 15), date(1996, 6, 15), 30),
        (date(2027, 2, 28), date(2004, 2, 29), 22),
        (date(2027, 3, 1), date(2004, 2, 29), 23),
        (date(2028, 2, 29), date(2004, 2, 29), 24),
        (date(2026, 12, 1), date(2026, 12, 1), 0),
        (date(2026, 12, 1), date(2026, 12, 2), -1),
    ],
)
def test_age_last_birthday(day: date, born: date, age: int) -> None:
    assert age_on(day, born) == age


JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.just(10**4000)
    | st.floats()
    | st.decimals()
    | st.just(Decimal("1E+999999"))
    | st.just(Decimal("sNaN"))
    | st.text()
    | st.dates()
    | st.datetimes(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner, max_size=3),
    max_leaves=5,
)


@pytest.mark.parametrize("code", EXAMPLES)
@given(data=st.data())
def test_junk_is_priced_or_refused(code: str, data: st.DataObject) -> None:
    good = EXAMPLES[code][0]
    junk = data.draw(st.dictionaries(st.sampled_from(sorted(good)), JUNK, max_size=4))
    basis: Basis = basis_of(code)
    try:
        premium = basis.price(good | junk)
    except RatingRefused as refused:
        assert refused.faults
        json.dumps([fault.params for fault in refused.faults])
    else:
        assert isinstance(premium, Premium)
        assert sum(line.amount for line in premium.lines) == premium.total


@pytest.mark.parametrize(
    ("code", "answers"),
    [("cyber-sme", CYBER_SME), ("motor-compulsory", MOTOR), ("medical-year", MEDICAL)],
)
def test_answers_the_basis_does_not_ask_for_are_left_alone(
    code: str, answers: dict[str, object]
) -> None:
    assert basis_of(code).price(answers | {"plate": "X"}) == basis_of(code).price(answers)
