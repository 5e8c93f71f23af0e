"""Pure decisions about quotes: their states, their life and why a price changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from storefront.catalog import members
from storefront.catalog.definition import AnswerField, ProductDefinition

VALID_FOR = timedelta(days=30)
TRANSITIONS = {
    "draft": {"priced", "expired"},
    "priced": {"applied", "expired"},
    "applied": {"applied", "expired"},
    "expired": set[str](),
}


@dataclass(frozen=True)
class Change:
    """What differs between two priced sets of answers, and by how much the premium moved (yuan)."""

    fields: tuple[AnswerField, ...]
    persons: bool
    difference: Decimal


def state_at(state: str, expires_at: datetime, now: datetime) -> str:
    """The state a quote has at a moment: it expires by itself after 30 days."""
    return "expired" if now >= expires_at else state


def may_become(state: str, wanted: str) -> bool:
    """Whether the transition table allows the step."""
    return wanted in TRANSITIONS[state]


def explain(
    definition: ProductDefinition,
    before: tuple[Mapping[str, object], int, Decimal],
    after: tuple[Mapping[str, object], int, Decimal],
) -> Change | None:
    """Why the premium changed between (answers, persons, total) and (answers, persons, total)."""
    changed = tuple(
        field
        for field in definition.answers
        if any(
            old != new
            for old, new in zip(
                members.values(before[0], field.key),
                members.values(after[0], field.key),
                strict=False,  # somebody more or less is a change of its own
            )
        )
    )
    persons = before[1] != after[1]
    if not changed and not persons:
        return None
    return Change(changed, persons, after[2] - before[2])
