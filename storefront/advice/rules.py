"""The needs analysis: from answers and what is on sale to what is needed, what not and why. Pure.

The rules themselves are data (`book`); this module reads them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from storefront.advice import offers
from storefront.advice.book import Book, Line
from storefront.advice.calculation import (
    facts_of,
    filled,
    means_found,
    need_found,
    number,
    with_figures,
    yuan,
)
from storefront.advice.offers import Product
from storefront.advice.result import LineFound, Offer, Result
from storefront.catalog.definition import Text, all_hold
from storefront.clock import add_years

RETAIN_YEARS = 5  # N-05
VALID_FOR = timedelta(days=365)

Facts = Mapping[str, object]


def assess(book: Book, answers: Facts, products: Iterable[Product], today: date) -> Result:
    """The whole analysis; kinds of insurance whose questions were not asked are left out."""
    facts = facts_of(book, answers, today)
    needs = tuple(need_found(book, need, facts) for need in book.needs)
    facts |= {f"need_{need.code}": need.total for need in needs}
    means = means_found(book, facts)
    facts["affordable"] = means.total
    figures = ("affordable", "need_years", *(f"need_{need.code}" for need in needs))
    return Result(
        needs=needs,
        means=means,
        lines=_lines(_Situation(book, facts, tuple(products), today)),
        notes=tuple(note.text for note in book.notes if all_hold(note.when, facts)),
        assumptions=tuple(assumption.text for assumption in book.assumptions),
        figures={key: number(facts, key) for key in figures},
    )


def retain_until(relationship_ends: date) -> date:
    """Until when an assessment is kept: five years after the relationship ends (N-05)."""
    return add_years(relationship_ends, RETAIN_YEARS)


def is_recent(created_at: datetime, now: datetime) -> bool:
    """Whether an assessment still speaks of the present: a year at most."""
    return now - created_at <= VALID_FOR


@dataclass(frozen=True)
class _Situation:
    """What every decision looks at."""

    book: Book
    facts: Facts
    products: tuple[Product, ...]
    today: date


def _lines(here: _Situation) -> tuple[LineFound, ...]:
    """Each kind of insurance decided by its first case that holds; the budget serves them in order."""
    facts, found = here.facts, []
    left = number(facts, "affordable")
    for line in here.book.lines:
        case = next((case for case in line.cases if all_hold(case.when, facts)), None)
        if case is None:
            continue
        decided = LineFound(
            category=line.category,
            name=line.name,
            verdict=case.verdict,
            reason=filled(here.book, case.reason, facts),
        )
        if case.verdict == "buy":
            decided = _offered(here, line, decided, left)
        if line.purse == "household":
            left -= _dearest(decided)
        found.append(decided)
    return tuple(found)


def _offered(here: _Situation, line: Line, decided: LineFound, left: Decimal) -> LineFound:
    """What is needed, with the products that answer it: in full, as far as is affordable, or not."""
    book, facts, today = here.book, here.facts, here.today
    products = [item for item in here.products if item.bundle.definition.category == line.category]
    full = [found for item in products if (found := offers.fit(line, item, facts, today))]
    if not full:
        return _with(decided, "no-product", (), book.texts["no-product"])
    if line.purse != "household":
        return _with(decided, "buy", full)
    if left <= 0:
        return _with(decided, "not-affordable", (), book.texts["nothing-left"])
    within = [offer for offer in full if offer.premium is None or offer.premium <= left]
    if within:
        return _with(decided, "buy", within)
    figures = {"premium": yuan(_cheapest(full)), "left": yuan(left)}
    lower = [found for item in products if (found := offers.lower(line, item, facts, today, left))]
    if not lower:
        remark = with_figures(book.texts["not-affordable"], figures)
        return _with(decided, "not-affordable", (), remark)
    figures["sum"] = yuan(max(offer.amount or Decimal(0) for offer in lower))
    return _with(decided, "reduced", lower, with_figures(book.texts["reduced"], figures))


def _with(
    decided: LineFound, verdict: str, found: Sequence[Offer], remark: Text | None = None
) -> LineFound:
    return decided.model_copy(update={"verdict": verdict, "offers": tuple(found), "remark": remark})


def _dearest(line: LineFound) -> Decimal:
    """What a line takes from the budget: whichever offer is chosen, the rest is left."""
    return max((offer.premium or Decimal(0) for offer in line.offers), default=Decimal(0))


def _cheapest(found: Sequence[Offer]) -> Decimal:
    return min(offer.premium for offer in found if offer.premium is not None)
