"""Whether a list of employees agrees with the answers that the premium rests on. Pure."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from storefront.catalog.definition import ProductDefinition

FACTS = ("count", "category", "work_injury_insured")


class Difference(NamedTuple):
    """An answer of the quote that the list contradicts."""

    key: str
    quoted: Any
    listed: Any


def differences(
    definition: ProductDefinition, answers: Mapping[str, object], listed: Mapping[str, Any]
) -> tuple[Difference, ...]:
    """Every answer that has to follow the list and does not; `listed` is what the application keeps."""
    needed = definition.application.employee_list
    keys = [(fact, getattr(needed, fact)) for fact in FACTS] if needed else []
    return tuple(
        Difference(key, answers.get(key), listed[fact])
        for fact, key in keys
        if key is not None and answers.get(key) != listed[fact]
    )


def corrected(raw: Mapping[str, str], found: tuple[Difference, ...]) -> dict[str, str]:
    """The answers as text, with those of the list in the place of the ones that differ."""
    return {**raw, **{item.key: _as_text(item.listed) for item in found}}


def _as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
