"""How much is insured at one moment, and what is left of a limit."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.accumulation import rules
from storefront.accumulation.rules import Taken, Wanted

DAY = timedelta(days=1)
START = datetime(2026, 12, 1, tzinfo=UTC)


def span(first: int, last: int, amount: int) -> Taken:
    """Cover from the beginning of one day to the beginning of another."""
    return Taken(Decimal(amount), START + first * DAY, START + last * DAY)


def wanted(first: int, last: int, limit: int | None, elsewhere: int = 0) -> Wanted:
    return Wanted(
        "somebody",
        rules.DEATH,
        Decimal(1),
        START + first * DAY,
        START + last * DAY,
        None if limit is None else Decimal(limit),
        Decimal(elsewhere),
    )


@pytest.mark.rule("S-06")
@pytest.mark.parametrize(
    ("taken", "left"),
    [
        ([], 200),
        ([span(0, 7, 150)], 50),
        ([span(-7, 0, 150), span(7, 14, 150)], 200),
        ([span(0, 3, 120), span(3, 7, 120)], 80),
        ([span(0, 4, 120), span(3, 7, 120)], 0),
    ],
)
def test_only_what_runs_at_the_same_time_adds_up(taken: list[Taken], left: int) -> None:
    assert rules.left(wanted(0, 7, 200), taken) == left


@pytest.mark.rule("S-06")
def test_cover_declared_elsewhere_counts_and_nothing_is_left_below_zero() -> None:
    assert rules.left(wanted(0, 7, 200, elsewhere=50), [span(0, 7, 100)]) == 50
    assert rules.left(wanted(0, 7, 200, elsewhere=500), []) == 0
    assert rules.left(wanted(0, 7, None), [span(0, 7, 100)]) is None


@given(
    st.lists(
        st.tuples(st.integers(0, 20), st.integers(1, 20), st.integers(1, 9)).map(
            lambda item: span(item[0], item[0] + item[1], item[2])
        ),
        max_size=8,
    ),
    st.integers(0, 20),
    st.integers(1, 20),
)
def test_the_peak_is_that_of_looking_at_every_day(
    taken: list[Taken], first: int, days: int
) -> None:
    each_day = [
        sum(
            (i.amount for i in taken if i.begins_at <= START + n * DAY < i.ends_at),
            Decimal(0),
        )
        for n in range(first, first + days)
    ]
    begins, ends = START + first * DAY, START + (first + days) * DAY
    assert rules.peak(taken, begins, ends) == max(each_day)
