"""The columns of a list of employees and the words in them, from `columns.toml`. Pure once loaded."""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from storefront.catalog.definition import Text

BRACKETS = re.compile(r"\([^)]*\)|\[[^]]*\]")
NO_LETTERS = re.compile(r"[\s*:.]+")
_DATA = tomllib.loads((Path(__file__).parent / "columns.toml").read_text())


@dataclass(frozen=True)
class Column:
    """One column: `help` and `example` stand in the template."""

    code: str
    name: Text
    help: Text
    example: str


@dataclass(frozen=True)
class Category:
    """A kind of employees by the danger of their work."""

    code: str
    name: Text


def normal(text: str) -> str:
    """A heading or a word as it is compared."""
    half_width = unicodedata.normalize("NFKC", text).lower()
    return NO_LETTERS.sub("", BRACKETS.sub("", half_width))


def _words(entry: dict[str, Any]) -> list[str]:
    return [*entry["name"].values(), *entry["aliases"], entry["code"]]


def _by_word(entries: list[dict[str, Any]]) -> dict[str, str]:
    return {normal(word): entry["code"] for entry in entries for word in _words(entry)}


COLUMNS = tuple(
    Column(entry["code"], Text(**entry["name"]), Text(**entry["help"]), entry["example"])
    for entry in _DATA["columns"]
)
CATEGORIES = tuple(Category(entry["code"], Text(**entry["name"])) for entry in _DATA["categories"])
"""From the least to the most dangerous."""

COLUMN_OF_HEADING = _by_word(_DATA["columns"])
CATEGORY_OF_WORD = _by_word(_DATA["categories"])
YES_OR_NO = {normal(word): True for word in _DATA["words"]["yes"]} | {
    normal(word): False for word in _DATA["words"]["no"]
}


def column(code: str) -> Column:
    """The column of a code."""
    return next(item for item in COLUMNS if item.code == code)


def category(code: str) -> Category:
    """The category of a code."""
    return next(item for item in CATEGORIES if item.code == code)


def riskiest(codes: set[str]) -> str:
    """The most dangerous of some categories."""
    return next(item.code for item in reversed(CATEGORIES) if item.code in codes)
