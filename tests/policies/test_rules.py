"""Pure decisions: states, the first day of cover, retention, cooling-off, waits."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.policies import rules
from storefront.policies.rules import RetentionYears

YEARS = RetentionYears(short=5, long=10, identity=3)
NOON = datetime(2026, 12, 1, 4, tzinfo=UTC)
DAYS = st.dates(date(2020, 1, 1), date(2090, 12, 31))


def test_every_state_has_its_way() -> None:
    reachable = {target for targets in rules.TRANSITIONS.values() for target in targets}
    assert reachable | {"issuing"} == set(rules.TRANSITIONS)
    assert rules.next_state("issuing", "in_force") == "in_force"


@pytest.mark.parametrize("state", ["cancelled", "surrendered", "expired"])
def test_what_has_ended_never_comes_back(state: str) -> None:
    with pytest.raises(rules.ForbiddenTransition):
        rules.next_state(state, "in_force")


def test_only_a_claim_decided_otherwise_takes_an_end_back() -> None:
    assert rules.TRANSITIONS["terminated"] == {"in_force"}


def test_nothing_lapses_before_it_is_issued() -> None:
    with pytest.raises(rules.ForbiddenTransition):
        rules.next_state("issuing", "lapsed")


@pytest.mark.rule("M-03")
@given(DAYS, DAYS)
def test_cover_begins_after_the_payment_and_not_before_the_chosen_day(
    chosen: date, paid_on: date
) -> None:
    first = rules.first_day(chosen, paid_on)
    assert first > paid_on
    assert first >= chosen
    assert first in (chosen, paid_on + timedelta(days=1))


@pytest.mark.rule("E-03")
@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (date(2026, 12, 1), date(2026, 12, 8), date(2031, 12, 8)),
        (date(2026, 12, 1), date(2027, 12, 1), date(2032, 12, 1)),  # a year exactly
        (date(2026, 12, 1), date(2027, 12, 2), date(2037, 12, 2)),  # and a day
        (date(2024, 2, 29), date(2044, 2, 29), date(2054, 3, 1)),
    ],
)
def test_retention_follows_the_length_of_the_contract(
    start: date, end: date, expected: date
) -> None:
    assert rules.retain_until(start, end, YEARS) == expected


@pytest.mark.rule("E-03")
def test_the_longest_retention_counts() -> None:
    long_identity = RetentionYears(short=5, long=10, identity=15)
    end = date(2027, 12, 1)
    assert rules.retain_until(date(2026, 12, 1), end, long_identity) == date(2042, 12, 1)


@pytest.mark.rule("V-02")
def test_cooling_off_counts_from_receipt() -> None:
    assert rules.cooling_off_ends(date(2026, 12, 1), 15) == date(2026, 12, 16)
    assert rules.cooling_off_ends(date(2026, 12, 1), 0) is None


@pytest.mark.parametrize(
    ("state", "now", "expected"),
    [
        ("in_force", NOON - timedelta(seconds=1), "not_begun"),
        ("in_force", NOON, "in_force"),
        ("in_force", NOON + timedelta(days=7), "ended"),
        ("issuing", NOON, "issuing"),
        ("cancelled", NOON, "cancelled"),
    ],
)
def test_standing_is_the_state_and_the_calendar(state: str, now: datetime, expected: str) -> None:
    assert rules.standing(state, NOON, NOON + timedelta(days=7), now) == expected


def test_insurers_are_asked_ever_more_rarely() -> None:
    waits = [rules.question_wait(asked) for asked in range(100)]
    assert waits == sorted(waits)
    assert waits[0] == timedelta(seconds=5)
    assert waits[-1] == timedelta(hours=1)
