"""Pure decisions about policies: states, when cover begins and ends, how long records are kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

TRANSITIONS: Mapping[str, frozenset[str]] = {
    "issuing": frozenset({"in_force", "cancelled"}),
    "in_force": frozenset({"cancelled", "surrendered", "lapsed", "expired", "terminated"}),
    "lapsed": frozenset({"in_force", "surrendered", "terminated"}),
    "cancelled": frozenset(),
    "surrendered": frozenset(),
    "expired": frozenset(),
    "terminated": frozenset({"in_force"}),  # a claim's later decision took the end back
}

FIRST_QUESTION_SECONDS = 5
LONGEST_QUESTION_SECONDS = 3600


class ForbiddenTransition(Exception):
    """A step that the state machine does not know."""


@dataclass(frozen=True)
class RetentionYears:
    """How long records are kept after a contract ends (E-03)."""

    short: int  # contracts of up to a year
    long: int
    identity: int


def next_state(state: str, wanted: str) -> str:
    """The wanted state, if it may follow; raises ForbiddenTransition."""
    if wanted not in TRANSITIONS[state]:
        raise ForbiddenTransition(f"a policy cannot go from {state} to {wanted}")
    return wanted


def first_day(chosen: date, paid_on: date) -> date:
    """The first day of cover (M-03): as chosen, but never before the day after the payment."""
    return max(chosen, paid_on + timedelta(days=1))


def standing(state: str, start_at: datetime, end_at: datetime, now: datetime) -> str:
    """What a policy is to anyone who asks now: its state, or `not_begun` or `ended` by the calendar."""
    if state != "in_force":
        return state
    if now < start_at:
        return "not_begun"
    return "ended" if now >= end_at else "in_force"


def retain_until(start: date, end: date, years: RetentionYears) -> date:
    """Until when the records of a contract are kept: the latest of all periods that apply (E-03).

    They name people, so the period for identity records applies as well.
    """
    contract = years.short if end <= _years_later(start, 1) else years.long
    return _years_later(end, max(contract, years.identity))


def cooling_off_ends(delivered_on: date, days: int) -> date | None:
    """The last day of the cooling-off period, counted from the day of receipt (V-02); None without one."""
    return delivered_on + timedelta(days=days) if days else None


def question_wait(asked: int) -> timedelta:
    """How long to wait before asking an insurer again that is still working, after so many questions."""
    seconds = FIRST_QUESTION_SECONDS * 2 ** min(asked, 20)
    return timedelta(seconds=min(seconds, LONGEST_QUESTION_SECONDS))


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return date(day.year + years, 3, 1)
