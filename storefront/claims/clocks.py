"""Pure: the deadlines of a claim (C-01 to C-04, C-07), read from deadlines.toml, and when each is due."""

import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal

from storefront import clock

TABLE = Path(__file__).with_name("deadlines.toml")


@dataclass(frozen=True)
class Deadline:
    """One row of the table."""

    kind: str
    rule: str
    days: int
    unit: Literal["working", "calendar"]
    work: str
    line: str | None = None
    complex: bool = False
    lead: int = 0


@cache
def table() -> dict[str, Any]:
    """The file as it stands."""
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))


def limitation_years(line: str) -> int:
    """Years from knowledge after which a claim of a line is barred (C-05)."""
    years: dict[str, int] = table()["limitation"]
    return years.get(line, years["other"])


@cache
def deadlines() -> tuple[Deadline, ...]:
    """Every row of the table."""
    return tuple(Deadline(**row) for row in table()["deadlines"])


def deadline(kind: str, line: str, *, complex_claim: bool = False) -> Deadline:
    """The row that holds for a claim: its line's own where there is one, else the general one.

    A complex claim has the longer time also in a line with a row of its own only where that line says so.
    """
    rows = [row for row in deadlines() if row.kind == kind]
    own = [row for row in rows if row.line == line] or [row for row in rows if row.line is None]
    fitting = [row for row in own if row.complex == complex_claim] or own
    return fitting[0]


def due_at(row: Deadline, start: datetime) -> datetime:
    """The end, in China, of the last day; the day on which the clock starts does not count."""
    first = clock.local_date(start)
    if row.unit == "working":
        last = clock.add_working_days(first, row.days)
    else:
        last = first + timedelta(days=row.days)
    return clock.local_midnight(last + timedelta(days=1))


def kept(due: datetime, met: datetime | None, now: datetime) -> bool | None:
    """Whether a deadline was kept; None while it still may be."""
    if met is None:
        return None if now <= due else False
    return met <= due
