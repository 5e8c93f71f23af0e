"""Terms other than the standard ones: loadings and exclusions of a person, and until when to wait. Pure."""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Self

from storefront.catalog.definition import Exclusion, Text

NO_TERMS = Decimal(0)


@dataclass(frozen=True)
class Terms:
    """What underwriting asks of one insured person (0 first): per cent of the premium, per mille of the
    sum insured a year, and what is not covered."""

    person: int
    percent: Decimal = NO_TERMS
    per_mille: Decimal = NO_TERMS
    exclusions: tuple[Exclusion, ...] = ()

    @property
    def standard(self) -> bool:
        return not (self.percent or self.per_mille or self.exclusions)

    def to_json(self) -> dict[str, Any]:
        return {
            "person": self.person,
            "percent": str(self.percent),
            "per_mille": str(self.per_mille),
            "exclusions": [item.model_dump() for item in self.exclusions],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(
            person=data["person"],
            percent=Decimal(data["percent"]),
            per_mille=Decimal(data["per_mille"]),
            exclusions=tuple(Exclusion.model_validate(item) for item in data["exclusions"]),
        )


@dataclass(frozen=True)
class Until:
    """How long a postponed application waits: so many months, 0 for none, and what has to happen."""

    months: int
    after: tuple[Text, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {"months": self.months, "after": [text.model_dump() for text in self.after]}

    def first_day(self, decided_on: date) -> date | None:
        """The first day on which it makes sense to apply again; None where only an event counts."""
        return _months_later(decided_on, self.months) if self.months else None


def all_from_json(decision: Mapping[str, Any] | None) -> tuple[Terms, ...]:
    """The terms in a stored decision; decisions of earlier releases have none."""
    return tuple(Terms.from_json(item) for item in (decision or {}).get("terms", ()))


def until_from_json(decision: Mapping[str, Any] | None) -> Until | None:
    """Until when a stored decision postpones."""
    found = (decision or {}).get("until")
    if not found:
        return None
    return Until(found["months"], tuple(Text.model_validate(text) for text in found["after"]))


def changed(terms: Sequence[Terms]) -> tuple[Terms, ...]:
    """The terms that are not the standard ones."""
    return tuple(item for item in terms if not item.standard)


def _months_later(day: date, months: int) -> date:
    """The same day so many months later, the last of a month that is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
