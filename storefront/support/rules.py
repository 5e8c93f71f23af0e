"""Pure decisions about tickets and complaints: topics, states, and the clocks of a complaint (Q-01)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

TOPICS = ("buying", "paying", "policy", "changing", "claims", "account", "other")
KEPT_YEARS = 5  # E-03: nothing here outlives the shortest retention of a contract
MOST_EXTENSIONS = 2

TRANSITIONS: Mapping[str, frozenset[str]] = {
    "received": frozenset({"contacted", "decided"}),
    "contacted": frozenset({"decided"}),
    "decided": frozenset({"review"}),
    "review": frozenset({"reviewed"}),
    "reviewed": frozenset(),
}
OUTCOMES = ("upheld", "partly", "rejected")


@dataclass(frozen=True)
class Deadlines:
    """How fast a complaint is handled (Q-01), in days unless the name says otherwise."""

    first_contact_working_days: int = 1
    decision_days: int = 15
    extension_days: int = 30
    review_days: int = 30


DEADLINES = Deadlines()
ANSWER_WORKING_DAYS = 2  # what we promise for a question


class ForbiddenStage(Exception):
    """A step that a complaint in this stage cannot take."""


def next_stage(stage: str, wanted: str) -> str:
    """The wanted stage, if it may follow. Raises ForbiddenStage."""
    if wanted not in TRANSITIONS[stage]:
        raise ForbiddenStage(f"a complaint cannot go from {stage} to {wanted}")
    return wanted


def answer_day(received: date, add_working_days: Callable[[date, int], date]) -> date:
    """The last day to answer a question."""
    return add_working_days(received, ANSWER_WORKING_DAYS)


def contact_day(received: date, add_working_days: Callable[[date, int], date]) -> date:
    """The last day for the first contact."""
    return add_working_days(received, DEADLINES.first_contact_working_days)


def decision_day(received: date, extensions: int) -> date:
    """The last day for the decision after so many extensions."""
    days = DEADLINES.decision_days + extensions * DEADLINES.extension_days
    return received + timedelta(days=days)


def review_day(asked: date) -> date:
    """The last day for the answer to a request for review."""
    return asked + timedelta(days=DEADLINES.review_days)


def may_extend(stage: str, extensions: int) -> bool:
    """Whether the decision may still be put off."""
    return stage in ("received", "contacted") and extensions < MOST_EXTENSIONS


def is_answered(stage: str) -> bool:
    """Whether nothing of the complaint waits for us."""
    return stage in ("decided", "reviewed")


def may_ask_review(stage: str) -> bool:
    """Whether the customer can still ask for a review."""
    return "review" in TRANSITIONS[stage]
