"""The rules of the needs analysis as typed data, read from rules.toml."""

import tomllib
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from storefront.catalog.definition import Category, Condition, Part, Text
from storefront.catalog.definition.base import Raw

RULES = Path(__file__).parent / "rules.toml"

Kind = Literal["money", "share", "number"]
Purse = Literal["household", "compulsory", "company"]
"""Who pays: the household's budget counts only what the household may choose to buy."""


class Assumption(Part):
    """A figure that nobody is asked for; it stands in the formulae and is explained on the page."""

    key: str
    kind: Kind
    value: Decimal
    label: Text
    text: Text


class Label(Part):
    """What a fact is called in a formula, and how its figure is written."""

    kind: Kind
    zh: str
    en: str


class Item(Part):
    """One item of a need: the product of its factors, added or taken off."""

    name: Text
    sign: Literal["plus", "minus"]
    factors: tuple[str, ...] = Field(min_length=1)
    when: tuple[Condition, ...] = ()


class Need(Part):
    """A sum that would be missing; becomes the fact `need_<code>`."""

    code: str
    name: Text
    items: tuple[Item, ...] = Field(min_length=1)


class Means(Part):
    """What can be afforded a year: the lowest of the items."""

    name: Text
    items: tuple[Item, ...] = Field(min_length=1)


class Case(Part):
    """One row of a decision table: the first whose conditions hold decides."""

    when: tuple[Condition, ...] = Field(min_length=1)
    verdict: Literal["buy", "not-needed"]
    reason: Text


class Line(Part):
    """A kind of insurance: when it is needed, and which answers its products are offered with.

    `prefill` names the fact behind an answer, `fixed` gives the answer; `sum` is the answer that can be
    lowered to what is affordable.
    """

    category: Category
    name: Text
    purse: Purse
    sum: str | None = None
    prefill: dict[str, str] = Field(default_factory=dict)
    fixed: dict[str, Raw] = Field(default_factory=dict)
    cases: tuple[Case, ...] = Field(min_length=1)


class Note(Part):
    """Something to do besides buying, or instead of it."""

    when: tuple[Condition, ...] = Field(min_length=1)
    text: Text


class Fit(Part):
    """By which need an application of a category is measured: facts for its sum and its years."""

    category: Category
    need: str
    sum: str
    years: str | None = None


class Book(Part):
    """All rules of one version."""

    version: str
    assumptions: tuple[Assumption, ...]
    labels: dict[str, Label]
    needs: tuple[Need, ...]
    means: Means
    lines: tuple[Line, ...]
    notes: tuple[Note, ...]
    fits: tuple[Fit, ...]
    texts: dict[str, Text]

    @model_validator(mode="after")
    def _factors_are_labelled(self) -> Self:
        known = {*self.labels, *(assumption.key for assumption in self.assumptions)}
        for item in [*self.means.items, *(item for need in self.needs for item in need.items)]:
            if unknown := set(item.factors) - known:
                raise ValueError(f"{item.name.en}: no label for {sorted(unknown)}")
        return self

    def assumption(self, key: str) -> Decimal:
        return next(item.value for item in self.assumptions if item.key == key)

    def fit(self, category: str) -> Fit | None:
        return next((fit for fit in self.fits if fit.category == category), None)


@cache
def book() -> Book:
    """The rules in force; raises pydantic's ValidationError where the file is at fault."""
    data = tomllib.loads(RULES.read_text(encoding="utf-8"), parse_float=Decimal)
    return Book.model_validate(data)
