"""When due diligence is due and whether its questions are answered (S-11). Pure.

The amounts come from settings; they are a careful reading, not the text of a regulation (confidence C).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from storefront.applications.parties import text_fault

KEY = "diligence"  # under which an application's parties hold the answers
SOURCES = ("wages", "business", "savings", "property", "investment", "family", "other")
LONGEST = 100


@dataclass(frozen=True)
class Limits:
    """Yuan for each means of payment: from `single` for one premium, or `yearly` for those of a year."""

    single: Mapping[str, Decimal]
    yearly: Mapping[str, Decimal]


@dataclass(frozen=True)
class Due:
    """Why it is due: this premium, what the customer's applications of a year come to with it, the limits."""

    premium: Decimal
    in_year: Decimal
    single: Decimal
    yearly: Decimal


def due(premium: Decimal, earlier: Decimal, means: Iterable[str], limits: Limits) -> Due | None:
    """Whether it is due for a premium after earlier ones of the past twelve months.

    How somebody will pay is not known yet, so the lowest limit of the means offered counts.
    """
    offered = tuple(means)
    single = min(limits.single[item] for item in offered)
    yearly = min(limits.yearly[item] for item in offered)
    if premium < single and earlier + premium < yearly:
        return None
    return Due(premium, earlier + premium, single, yearly)


def read(raw: Mapping[str, str]) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """The answers of the form and its faults as (field, slug)."""
    names = ("occupation", "employer", "source", "source_text")
    given = {name: raw.get(name, "").strip() for name in names}
    faults = [
        (name, slug) for name in names if given[name] and (slug := text_fault(given[name], LONGEST))
    ]
    if not given["occupation"]:
        faults.append(("occupation", "missing"))
    if given["source"] not in SOURCES:
        faults.append(("source", "missing"))
    elif given["source"] == "other" and not given["source_text"]:
        faults.append(("source_text", "missing"))
    return given, faults
