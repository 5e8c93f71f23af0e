"""Conditions over answers and facts, written as data in a product definition and evaluated here."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from pydantic import model_validator

from storefront.catalog.definition.base import Part, Raw

Operator = Literal["==", "!=", "<", "<=", ">", ">=", "in", "not-in"]

_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class Condition(Part):
    """`key op value`, or `key op other` where `other` is a second key.

    A condition about something unanswered does not hold, whatever its operator.
    """

    key: str
    op: Operator
    value: Raw | tuple[Raw, ...] | None = None
    other: str | None = None

    @model_validator(mode="after")
    def _one_right_side(self) -> Condition:
        if (self.value is None) == (self.other is None):
            raise ValueError("a condition compares with either value or other")
        if (self.op in ("in", "not-in")) != isinstance(self.value, tuple):
            raise ValueError("in and not-in take a list, the other operators one value")
        return self

    def holds(self, facts: Mapping[str, object]) -> bool:
        left = facts.get(self.key)
        if left is None:
            return False
        if isinstance(self.value, tuple):
            found = any(left == _like(left, value) for value in self.value)
            return found == (self.op == "in")
        right = facts.get(self.other) if self.other else _like(left, self.value or "")
        return right is not None and _COMPARISONS[self.op](left, right)


def all_hold(conditions: Iterable[Condition], facts: Mapping[str, object]) -> bool:
    """Whether every condition holds; no conditions at all hold."""
    return all(condition.holds(facts) for condition in conditions)


def _like(example: object, raw: str) -> object:
    """The raw text read as the type of the fact that it is compared with."""
    if isinstance(example, bool):
        return raw == "true"
    if isinstance(example, int | Decimal):
        return Decimal(raw)
    if isinstance(example, date):
        return date.fromisoformat(raw)
    return raw
