"""Finding products: by line, need, age, term and budget, and by words in either language. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from storefront.catalog.bundle import ProductBundle
from storefront.catalog.definition import LINES, ProductDefinition
from storefront.catalog.examples import table_of
from storefront.catalog.needs import needs

TERMS = ("short", "long")
OLDEST = 120
LONGEST_SEARCH = 60
SHARE_OF_PAIRS = 0.6
"""How many of the neighbouring pairs of signs in a Chinese search word a product has to contain."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a visitor is looking for; empty parts do not limit. `budget` is yuan a year."""

    line: str = ""
    need: str = ""
    term: str = ""
    words: str = ""
    age: int | None = None
    budget: Decimal | None = None


def read_wish(given: Mapping[str, str]) -> tuple[Wish, dict[str, str]]:
    """The wish in an address, and the names of fields that could not be understood with the reason."""
    age, budget = given.get("age", "").strip(), given.get("budget", "").strip().replace(",", "")
    faults = {}
    if age and not (age.isdecimal() and len(age) <= 3 and int(age) <= OLDEST):
        faults["age"] = "not-an-age"
    if budget and not (budget.isdecimal() and len(budget) <= 9):
        faults["budget"] = "not-an-amount"
    wish = Wish(
        line=_one_of(given.get("line", ""), LINES),
        need=_one_of(given.get("need", ""), needs()),
        term=_one_of(given.get("term", ""), TERMS),
        words=given.get("q", "").strip()[:LONGEST_SEARCH],
        age=int(age) if age and "age" not in faults else None,
        budget=Decimal(budget) if budget and "budget" not in faults else None,
    )
    return wish, faults


def find(bundles: Iterable[ProductBundle], wish: Wish) -> list[ProductBundle]:
    """The products that fit, in the order given: nothing is ranked by price (P-03)."""
    words = [word.lower() for word in wish.words.split()]
    return [
        bundle
        for bundle in bundles
        if _fits(bundle.definition, wish)
        and (not words or all(_has(word, _haystack(bundle)) for word in words))
        and (wish.budget is None or _affordable(bundle, wish.budget))
    ]


def _one_of(value: str, known: Iterable[str]) -> str:
    return value if value in known else ""


def _fits(definition: ProductDefinition, wish: Wish) -> bool:
    insured = definition.insured
    return (
        (not wish.line or definition.line == wish.line)
        and (not wish.need or wish.need in definition.needs)
        and (not wish.term or definition.long_term == (wish.term == "long"))
        and (
            wish.age is None
            or (insured.age_min or 0)
            <= wish.age
            <= (OLDEST if insured.age_max is None else insured.age_max)
        )
    )


def _affordable(bundle: ProductBundle, budget: Decimal) -> bool:
    lowest = table_of(bundle).lowest
    return lowest is not None and lowest <= budget


@lru_cache(maxsize=4096)
def _haystack(bundle: ProductBundle) -> str:
    definition = bundle.definition
    texts = [definition.marketing_name, definition.clause_name, definition.summary]
    texts += [needs()[slug] for slug in definition.needs if slug in needs()]
    texts += [text for cover in definition.covers for text in (cover.name, cover.description)]
    return "\n".join(part.lower() for text in texts for part in (text.zh, text.en))


def _has(word: str, haystack: str) -> bool:
    """Whether a word occurs; a long Chinese word also by most of its neighbouring signs.

    Chinese is written without spaces, so that a search is often several words run together.
    """
    if word in haystack:
        return True
    if word.isascii() or len(word) < 3:
        return False
    pairs = [word[n : n + 2] for n in range(len(word) - 1)]
    return sum(pair in haystack for pair in pairs) >= SHARE_OF_PAIRS * len(pairs)
