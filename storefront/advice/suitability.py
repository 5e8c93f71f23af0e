"""Whether an application fits the assessment behind it (N-01, N-02). Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from storefront.advice.book import Book, Fit
from storefront.advice.calculation import number, with_figures, written
from storefront.advice.result import Result
from storefront.catalog.definition import ProductDefinition, Text
from storefront.catalog.facts import derive, years_of_cover


@dataclass(frozen=True)
class Mismatch:
    """One reason to stop; `key` changes with every figure, so that consent is to exactly this."""

    key: str
    text: Text


def mismatches(
    book: Book,
    result: Result,
    definition: ProductDefinition,
    answers: Mapping[str, object],
    premium: Decimal | None,
) -> tuple[Mismatch, ...]:
    """What speaks against the application; `premium` is yuan a year, None where it has no price."""
    found = list(_of_means(book, result, premium))
    fit = book.fit(definition.category)
    if fit is not None:
        found += _of_sum(book, result, definition, fit, number(answers, fit.sum))
        found += _of_term(book, result, definition, fit, answers)
    return tuple(found)


def _of_means(book: Book, result: Result, premium: Decimal | None) -> Iterator[Mismatch]:
    affordable = result.figures["affordable"]
    if premium is not None and premium > affordable:
        yield _mismatch(book, "premium-above-means", premium=premium, affordable=affordable)


def _of_sum(
    book: Book, result: Result, definition: ProductDefinition, fit: Fit, amount: Decimal
) -> Iterator[Mismatch]:
    need = result.figures[fit.need]
    smallest = definition.field(fit.sum).min or Decimal(0)
    if not need:
        yield _mismatch(book, "no-need")
    elif amount > max(need * book.assumption("far_above"), smallest):
        yield _mismatch(book, "sum-above-need", sum=amount, need=need)


def _of_term(
    book: Book,
    result: Result,
    definition: ProductDefinition,
    fit: Fit,
    answers: Mapping[str, object],
) -> Iterator[Mismatch]:
    """A term longer than the shortest one that is sold and covers the years of the need."""
    years = years_of_cover(definition, derive(definition, answers))
    key = definition.term.key
    need = int(result.figures[fit.years]) if fit.years else 0
    if not need or years is None or key is None:
        return
    lengths = sorted(
        length
        for choice in definition.field(key).choices
        if (
            length := years_of_cover(
                definition, derive(definition, {**answers, key: int(choice.value)})
            )
        )
    )
    fitting = next((length for length in lengths if length >= need), years)
    if years > fitting:
        yield _mismatch(book, "term-beyond-need", years=years, need_years=need, fitting=fitting)


def _mismatch(book: Book, code: str, **figures: Decimal | int) -> Mismatch:
    shown = {
        key: written(Decimal(value), "number" if isinstance(value, int) else "money")
        for key, value in figures.items()
    }
    key = ":".join([code, *(str(value) for value in figures.values())])
    return Mismatch(key, with_figures(book.texts[code], shown))
