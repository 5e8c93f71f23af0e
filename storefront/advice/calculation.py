"""The figures of the needs analysis: facts, needs item by item, means; and how figures are written. Pure."""

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_DOWN, Decimal
from math import prod

from storefront.advice.book import Book, Item, Kind, Need
from storefront.advice.result import ItemFound, NeedFound
from storefront.catalog.definition import Text, all_hold
from storefront.clock import age_on

CHILDREN = ("child_1", "child_2", "child_3", "child_4")
FEN = Decimal("0.01")

Facts = Mapping[str, object]


def facts_of(book: Book, answers: Facts, today: date) -> dict[str, object]:
    """Answers and assumptions, with what follows from them before any need is calculated."""
    facts: dict[str, object] = {item.key: item.value for item in book.assumptions} | dict(answers)
    until = int(book.assumption("education_until"))
    left = [max(0, until - age) for key in CHILDREN if isinstance(age := answers.get(key), int)]
    facts["education_years"] = sum(left)
    facts["household_income"] = number(answers, "income") + number(answers, "other_income")
    facts["months"] = 12
    facts["need_years"] = max(int(number(answers, "years")), *left, 0)
    birth = answers.get("birth_date")
    if isinstance(birth, date):
        working_until = int(book.assumption("working_until"))
        facts["working_years"] = max(0, working_until - age_on(birth, today))
    return facts


def need_found(book: Book, need: Need, facts: Facts) -> NeedFound:
    """One need with its items; what exists is taken off, and a surplus is no need."""
    items = [_item(book, item, facts) for item in need.items if all_hold(item.when, facts)]
    total = sum((item.amount for item in items), Decimal(0))
    return NeedFound(
        code=need.code, name=need.name, items=tuple(items), total=max(total, Decimal(0))
    )


def means_found(book: Book, facts: Facts) -> NeedFound:
    """What the household can pay for premiums a year: the lowest of the items."""
    items = tuple(_item(book, item, facts) for item in book.means.items)
    lowest = min(item.amount for item in items)
    return NeedFound(code="means", name=book.means.name, items=items, total=lowest)


def filled(book: Book, text: Text, facts: Facts) -> Text:
    """A text with the figures it names."""
    shown = {key: written(number(facts, key), label.kind) for key, label in book.labels.items()}
    return with_figures(text, shown)


def with_figures(text: Text, shown: Mapping[str, str]) -> Text:
    """A text with figures that are written already."""
    return Text(zh=text.zh.format_map(shown), en=text.en.format_map(shown))


def yuan(amount: Decimal) -> str:
    """An amount as both languages write it, without needless fen."""
    return written(amount, "money")


def written(value: Decimal, kind: Kind) -> str:
    """A figure as both languages write it."""
    if kind == "money":
        whole = value == value.to_integral_value()
        return f"¥{value:,.0f}" if whole else f"¥{value:,.2f}"
    if kind == "share":
        return f"{(value * 100).normalize():f}%"
    return f"{value.normalize():f}"


def number(facts: Facts, key: str) -> Decimal:
    """A fact as a number; zero where it is not known."""
    value = facts.get(key)
    return Decimal(value) if isinstance(value, int | Decimal) else Decimal(0)


def _item(book: Book, item: Item, facts: Facts) -> ItemFound:
    amount = prod((number(facts, key) for key in item.factors), start=Decimal(1))
    amount = amount.quantize(FEN, ROUND_DOWN)
    return ItemFound(
        name=item.name,
        formula=Text(
            zh=" × ".join(_factor(book, key, facts, "zh") for key in item.factors),
            en=" × ".join(_factor(book, key, facts, "en") for key in item.factors),
        ),
        amount=amount if item.sign == "plus" else -amount,
    )


def _factor(book: Book, key: str, facts: Facts, language: str) -> str:
    """A figure and what it is, such as `¥120,000 (your income a year)`."""
    if key in book.labels:
        found = book.labels[key]
        label, kind = Text(zh=found.zh, en=found.en), found.kind
    else:
        assumption = next(item for item in book.assumptions if item.key == key)
        label, kind = assumption.label, assumption.kind
    return f"{written(number(facts, key), kind)} ({label.in_language(language)})"
