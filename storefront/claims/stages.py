"""Pure: which stage and which decision of a claim may follow which. Stage and decision are kept apart."""

from collections.abc import Mapping
from datetime import date

from storefront import clock

STAGES: Mapping[str, frozenset[str]] = {
    "reported": frozenset({"documents", "closed"}),
    "documents": frozenset({"assessment", "closed"}),
    "assessment": frozenset({"documents", "decided", "closed"}),
    "decided": frozenset({"assessment", "paying", "closed"}),
    "paying": frozenset({"assessment", "closed"}),
    "closed": frozenset({"documents", "assessment"}),  # reopened
}
PAYING_OUTCOMES = frozenset({"approved", "partly_approved"})
UNPAID_OUTCOMES = frozenset({"declined", "withdrawn", "closed_without_payment"})
DECISIONS: Mapping[str, frozenset[str]] = {
    "pending": PAYING_OUTCOMES | UNPAID_OUTCOMES,
    **{outcome: frozenset({"pending"}) for outcome in PAYING_OUTCOMES | UNPAID_OUTCOMES},
}


class ForbiddenTransition(Exception):
    """A step that the state machine does not know."""


def next_stage(stage: str, wanted: str) -> str:
    """The wanted stage, if it may follow; raises ForbiddenTransition."""
    return _next(STAGES, "stage", stage, wanted)


def next_decision(decision: str, wanted: str) -> str:
    """The wanted decision, if it may follow; raises ForbiddenTransition."""
    return _next(DECISIONS, "decision", decision, wanted)


def retain_until(contract: date, latest: date, years: int, dispute_years: int) -> date:
    """How long a claim is kept: as its contract, at least `years` after its latest event (E-03).

    `dispute_years` are added where there was a dispute, else they are 0.
    """
    return clock.add_years(max(contract, clock.add_years(latest, years)), dispute_years)


def _next(table: Mapping[str, frozenset[str]], what: str, now: str, wanted: str) -> str:
    if wanted not in table[now]:
        raise ForbiddenTransition(f"the {what} of a claim cannot go from {now} to {wanted}")
    return wanted
