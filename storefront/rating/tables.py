"""Reading rate tables, CSV rows as text, into numbers; every unreadable cell is noted.

A faulty cell reads as zero so that reading can go on; ``check`` raises before it reaches a price.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import numpy as np

from storefront.money import LARGEST
from storefront.rating.actuarial import Floats
from storefront.rating.faults import SpecError, SpecFault

Table = list[dict[str, str]]

ZERO, ONE = Decimal(0), Decimal(1)
SEXES = {"M": "male", "F": "female"}


def parse_table(text: str) -> Table:
    """Rows of a CSV file; lines that open with # carry its source and notes, and are skipped."""
    lines = (line for line in text.splitlines() if line.strip() and not line.startswith("#"))
    return [dict(row) for row in csv.DictReader(lines, restkey="", restval="")]


@dataclass(frozen=True, slots=True)
class AgeBand:
    """The rate of the ages from ``low`` to ``high``, ends included; None where none is known."""

    low: int
    high: int
    rate: Decimal | None


def rate_of_age(bands: Sequence[AgeBand], age: int) -> Decimal | None:
    """The rate of an age; None where the table has no band for it or the band is blank."""
    return next((band.rate for band in bands if band.low <= age <= band.high), None)


class Tables:
    """A reader of the tables a definition names that collects faults."""

    def __init__(self, tables: Mapping[str, Table]) -> None:
        self._tables = tables
        self._faults: list[SpecFault] = []

    def fault(self, key: str, message: str) -> None:
        """Note a fault, at a key of the definition or at ``table:row``."""
        self._faults.append(SpecFault(key, message))

    def check(self) -> None:
        """Raise ``SpecError`` if anything so far was at fault."""
        if self._faults:
            raise SpecError(self._faults)

    def rows(self, key: str, name: str, columns: Sequence[str]) -> Table:
        """The rows of the table that ``key`` of the definition names; its columns must be there."""
        table = self._tables.get(name)
        if not table:
            self.fault(key, f"the table {name} is missing or empty")
            return []
        missing = [column for column in columns if column not in table[0]]
        for column in missing:
            self.fault(name, f"the column {column} is missing")
        return [] if missing else table

    def number(
        self, where: str, text: str, at_least: Decimal = ZERO, at_most: Decimal = LARGEST
    ) -> Decimal:
        """A number within limits, ends included."""
        try:
            value = Decimal(text)
        except InvalidOperation:
            value = Decimal("NaN")
        if value.is_finite() and at_least <= value <= at_most:
            return value
        self.fault(where, f"{text!r} is not a number from {at_least} to {at_most}")
        return ZERO

    def whole(self, where: str, text: str) -> int:
        """A whole number."""
        value = self.number(where, text)
        if value != value.to_integral_value():
            self.fault(where, f"{text!r} is not a whole number")
        return int(value)

    def by_name(
        self, key: str, name: str, label: str, value: str, *, at_least: Decimal = ZERO
    ) -> dict[str, Decimal]:
        """Values by the text of a label column; no label may stand twice."""
        found: dict[str, Decimal] = {}
        for number, row in enumerate(self.rows(key, name, [label, value]), 1):
            if row[label] in found:
                self.fault(f"{name}:{number}", f"{row[label]} stands twice")
            found[row[label]] = self.number(f"{name}:{number}", row[value], at_least)
        return found

    def by_age(self, key: str, name: str, until: int) -> dict[str, Floats]:
        """Yearly probabilities by sex, indexed by age; ages run from 0 without a gap, past ``until``."""
        rows = self.rows(key, name, ["age", *SEXES.values()])
        for age, row in enumerate(rows):
            if row["age"] != str(age):
                self.fault(f"{name}:{age + 1}", f"age {age} is expected here")
        if rows and len(rows) <= until:
            self.fault(name, f"the ages up to {until} are needed")
        return {
            sex: np.array(
                [
                    float(self.number(f"{name}:{n}", row[column], at_most=ONE))
                    for n, row in enumerate(rows, 1)
                ]
            )
            for sex, column in SEXES.items()
        }

    def bands(self, key: str, name: str, value: str, choice: str = "") -> list[AgeBand]:
        """Rates by age bands, of one ``choice`` if the table has several; a blank is not rated."""
        found: list[AgeBand] = []
        for number, row in enumerate(self.rows(key, name, ["age_from", "age_to", value]), 1):
            if choice and row["choice"] != choice:
                continue
            where = f"{name}:{number}"
            low, high = self.whole(where, row["age_from"]), self.whole(where, row["age_to"])
            if low > high or (found and low <= found[-1].high):
                self.fault(where, "age bands must rise and not overlap")
            rate = self.number(where, row[value]) if row[value] else None
            found.append(AgeBand(low, high, rate))
        return found
