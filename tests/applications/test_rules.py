"""Pure decisions about applications: order of steps, states, parties, the term."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.applications import parties, rules
from storefront.catalog import answers
from storefront.catalog.loader import load_all
from tests.people import ADDRESS, CHILD, HOLDER, Somebody

PRODUCTS = load_all()
TODAY = date(2026, 11, 20)
START = date(2026, 12, 1)


def facts(**changes: Any) -> rules.Facts:
    everything: dict[str, Any] = {
        "answers_fit": True,
        "start_chosen": True,
        "policyholder": {"name": "x"},
        "policyholder_age": 36,
        "insured_fit": True,
        "object_complete": True,
        "beneficiaries_chosen": True,
        "declared": True,
        "controls_declared": True,
        "employees_fit": True,
        "assessed": True,
        "mismatched": False,
        "own_will": False,
        "confirmed": frozenset(kind for kinds in rules.STATEMENTS.values() for kind in kinds),
    }
    return rules.Facts(**{**everything, **changes})


@pytest.mark.rule("S-02")
@pytest.mark.rule("T-04")
def test_the_notice_comes_first_and_exclusions_have_a_step_of_their_own() -> None:
    order = rules.steps(PRODUCTS["term-life"].definition, facts())
    assert order[0] == "notice"
    assert order[-4:] == ("health", "clauses", "exclusions", "summary")


def test_steps_follow_the_product() -> None:
    motor = rules.steps(PRODUCTS["motor-compulsory"].definition, facts())
    assert "object" in motor
    assert not {"insured", "health", "beneficiaries"} & set(motor)


@pytest.mark.rule("N-03")
def test_from_65_on_an_extra_word() -> None:
    travel = PRODUCTS["travel-accident"].definition
    assert "care" in rules.steps(travel, facts(policyholder_age=65))
    assert "care" not in rules.steps(travel, facts(policyholder_age=64))


@pytest.mark.rule("S-02")
@given(
    missing=st.sets(
        st.sampled_from(["notice", "sensitive-data", "passing-on", "clauses", "exclusions"])
    )
)
def test_no_step_opens_before_the_ones_before_it_are_done(missing: set[str]) -> None:
    definition = PRODUCTS["term-life"].definition
    given_facts = facts(confirmed=facts().confirmed - missing)
    order = rules.steps(definition, given_facts)
    first = rules.first_open(definition, given_facts)
    for step in order:
        assert rules.may_open(definition, given_facts, step) == (
            order.index(step) <= order.index(first)
        )
    assert (first == "summary") == (not missing)


@given(
    state=st.sampled_from(sorted(rules.TRANSITIONS)),
    wanted=st.sampled_from(sorted(rules.TRANSITIONS)),
)
def test_only_the_table_moves_an_application(state: str, wanted: str) -> None:
    if wanted in rules.TRANSITIONS[state]:
        assert rules.next_state(state, wanted) == wanted
    else:
        with pytest.raises(rules.ForbiddenTransition):
            rules.next_state(state, wanted)


@pytest.mark.rule("S-09")
@pytest.mark.parametrize(
    ("birth", "accepted"), [(date(2008, 11, 20), True), (date(2008, 11, 21), False)]
)
def test_the_policyholder_is_18(birth: date, accepted: bool) -> None:
    person = Somebody("示例", birth, "F")
    _, faults = parties.read_policyholder(
        person.form(address=ADDRESS), PRODUCTS["term-life"].definition, TODAY
    )
    assert (faults == []) is accepted


def insured_fault(code: str, person: dict[str, Any], **typed: str) -> str | None:
    definition = PRODUCTS[code].definition
    return parties.insured_fault(definition, answers.example(definition, **typed), person, START)


def party(person: Somebody, relation: str, **more: str) -> dict[str, Any]:
    read, faults = parties.read_person(person.form(), TODAY, mobile_required=False)
    assert faults == []
    return {**read, "relation": relation, **more}


@pytest.mark.rule("S-04")
def test_without_insurable_interest_nobody_is_insured() -> None:
    assert insured_fault("travel-accident", party(HOLDER, "employee")) == "relation-not-allowed"
    assert insured_fault("travel-accident", party(HOLDER, "spouse")) is None


@pytest.mark.rule("S-10")
def test_identity_number_and_priced_birth_date_must_agree() -> None:
    assert (
        insured_fault("term-life", party(HOLDER, "self"), birth_date="1990-06-16")
        == "birth-date-differs"
    )
    assert (
        insured_fault("term-life", party(HOLDER, "self"), birth_date="1990-06-15", sex="F")
        == "sex-differs"
    )
    assert (
        insured_fault("term-life", party(HOLDER, "self"), birth_date="1990-06-15", sex="M") is None
    )


@pytest.mark.rule("S-06")
@pytest.mark.parametrize(
    ("death", "elsewhere", "fault"),
    [
        ("200000", "", None),
        ("210000", "", "minor-limit"),
        ("100000", "100000", None),
        ("100000", "110000", "minor-limit"),
    ],
)
def test_death_cover_of_a_child_is_limited_with_cover_elsewhere(
    death: str, elsewhere: str, fault: str | None
) -> None:
    child = party(CHILD, "child", cover_elsewhere=elsewhere)
    assert insured_fault("travel-accident", child, death=death, disability="10000") == fault


@pytest.mark.rule("S-05")
def test_who_has_to_agree() -> None:
    assert rules.consent_of("spouse", 35, death=True) == "link"
    assert rules.consent_of("child", 18, death=True) == "link"
    assert rules.consent_of("spouse", 35, death=False) == "statement"
    assert rules.consent_of("other-relative", 17, death=False) == "guardian"
    assert rules.consent_of("child", 17, death=True) == "none"
    assert rules.consent_of("self", 36, death=True) == "none"


@pytest.mark.rule("S-07")
@pytest.mark.parametrize(
    ("shares", "rank"),
    [([(1, "50"), (1, "50")], None), ([(1, "100"), (2, "99")], 2), ([(1, "60"), (1, "50")], 1)],
)
def test_shares_of_a_rank_add_up(shares: list[tuple[int, str]], rank: int | None) -> None:
    assert (
        rules.shares_fault([{"rank": number, "share": share} for number, share in shares]) == rank
    )


def test_cover_runs_from_midnight_in_china_to_the_end_of_the_last_day() -> None:
    definition = PRODUCTS["travel-accident"].definition
    begins, ends = rules.period(definition, answers.example(definition, days="7"), START)
    assert begins.isoformat() == "2026-11-30T16:00:00+00:00"
    assert (ends - begins).days == 7


def test_death_benefit_is_what_the_answers_say() -> None:
    definition = PRODUCTS["term-life"].definition
    assert rules.death_benefit(definition, answers.example(definition)) == Decimal(100_000)
