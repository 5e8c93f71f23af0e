"""What an underwriter decides, and what is wrong with it. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from storefront.underwriting.rules import CHANGED_TERMS, is_milder, of_terms
from storefront.underwriting.terms import Terms, Until, changed

OUTCOMES = ("standard", "loaded", "excluded", "postponed", "declined")
MOST_PERCENT = Decimal(500)
MOST_PER_MILLE = Decimal(20)
MOST_MONTHS = 36
SHORTEST_REASON = 4  # characters: a short sentence of Chinese


@dataclass(frozen=True)
class Ruling:
    """An underwriter's decision: `reasons` for colleagues, `note` for the customer to read."""

    outcome: str
    reasons: str
    note: str = ""
    terms: tuple[Terms, ...] = ()
    until: Until | None = None

    @property
    def amounts_to(self) -> str:
        """The outcome by its terms: a loading with an exclusion counts as an exclusion."""
        return of_terms(self.terms) if self.outcome in CHANGED_TERMS else self.outcome


class RulingInvalid(Exception):
    """A decision that cannot be taken as it stands; `faults` are (field, slug) pairs."""

    def __init__(self, faults: Sequence[tuple[str, str]]) -> None:
        super().__init__(faults)
        self.faults = list(faults)


def check(ruling: Ruling) -> None:
    """Raises RulingInvalid with everything that is missing or contradicts itself."""
    faults = list(_faults(ruling))
    if faults:
        raise RulingInvalid(faults)


def improves(ruling: Ruling, earlier: str) -> bool:
    """Whether an appeal succeeds with this decision."""
    return is_milder(ruling.amounts_to, earlier)


def _faults(ruling: Ruling) -> Iterator[tuple[str, str]]:
    if ruling.outcome not in OUTCOMES:
        yield "outcome", "missing"
        return
    if len(ruling.reasons.strip()) < SHORTEST_REASON:
        yield "reasons", "too-short"
    if ruling.outcome in ("declined", "postponed") and not ruling.note.strip():
        yield "note", "missing"
    terms = changed(ruling.terms)
    if ruling.outcome == "loaded" and not any(item.percent or item.per_mille for item in terms):
        yield "percent-0", "no-loading"
    if ruling.outcome == "excluded" and not any(item.exclusions for item in terms):
        yield "exclusions-0", "no-exclusion"
    if terms and ruling.outcome not in CHANGED_TERMS:
        yield "outcome", "terms-without-outcome"
    for item in ruling.terms:
        if not 0 <= item.percent <= MOST_PERCENT:
            yield f"percent-{item.person}", "out-of-range"
        if not 0 <= item.per_mille <= MOST_PER_MILLE:
            yield f"per_mille-{item.person}", "out-of-range"
    waits = ruling.until is not None and (ruling.until.months or ruling.until.after)
    if (ruling.outcome == "postponed") != bool(waits):
        yield "months", "until-missing" if ruling.outcome == "postponed" else "until-unwanted"
    elif ruling.until and not 0 <= ruling.until.months <= MOST_MONTHS:
        yield "months", "out-of-range"
