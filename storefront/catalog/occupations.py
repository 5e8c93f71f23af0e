"""Occupations and their classes, to be found by words; a table of our own, replaced by an operator. Pure.

An answer field with `lookup = "occupations"` holds the code of one; the field that it `fills` takes the
class, whatever was chosen there: the class follows from the work actually done.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from storefront.catalog.definition import AnswerField, ProductDefinition, Text

TABLE = Path(__file__).parent / "occupations.csv"
MOST_FOUND = 12
LONGEST_QUERY = 40


@dataclass(frozen=True)
class Occupation:
    """One line of the table; `level` is the class from 1 to 6, `words` all that finds it."""

    code: str
    level: int
    name: Text
    words: str


@lru_cache(maxsize=1)
def table() -> Mapping[str, Occupation]:
    """All occupations by their codes, in the order of the table."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        lines = [line for line in file if not line.startswith("#")]
    return {
        row["code"]: Occupation(
            row["code"],
            int(row["class"]),
            Text(zh=row["zh"], en=row["en"]),
            f"{row['zh']} {row['en']} {row['also']}".lower(),
        )
        for row in csv.DictReader(lines)
    }


def search(query: str) -> list[Occupation]:
    """Occupations in which every word of the query occurs; names that begin with it come first."""
    wanted = query[:LONGEST_QUERY].lower().split()
    if not wanted:
        return []
    found = [item for item in table().values() if all(word in item.words for word in wanted)]

    def rank(item: Occupation) -> int:
        starts = [part.strip() for part in (item.name.zh, item.name.en.lower())]
        return 0 if any(part.startswith(wanted[0]) for part in starts) else 1

    return sorted(found, key=rank)[:MOST_FOUND]


def fill(definition: ProductDefinition, raw: Mapping[str, str]) -> Mapping[str, str]:
    """The answers with the class of each occupation that was chosen."""
    filled = {}
    for field in definition.answers:
        chosen = table().get(raw.get(field.key, "").strip()) if field.lookup else None
        if field.fills and chosen is not None:
            filled[field.fills] = str(chosen.level)
    return {**raw, **filled} if filled else raw


def name_of(field: AnswerField, value: object) -> Text | None:
    """What the code of an answer stands for; None where the field looks nothing up."""
    found = table().get(str(value)) if field.lookup else None
    return found.name if found else None
