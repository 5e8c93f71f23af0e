"""Reads a list: filters from the address, sorting, and pages by key, however many rows there are."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, SQLColumnExpression, func, tuple_
from sqlalchemy.orm import Session

from storefront import clock
from storefront.customers.lists.kinds import Column, Listing

PAGE = 50
LONGEST = 60
DAYS = ("from", "to")


@dataclass(frozen=True)
class Page:
    """Rows of one page as tuples in the order of the columns, with the number of each.

    `after` is the key of the next page.
    """

    rows: Sequence[Sequence[Any]]
    numbers: Sequence[int]
    after: str | None


def filters_of(listing: Listing, given: Mapping[str, str]) -> dict[str, str]:
    """The filters in an address that make sense; others are left out."""
    found = {}
    for item in listing.filters:
        value = given.get(item.key, "").strip()[:LONGEST]
        if value and item.makes_sense(value):
            found[item.key] = value
    for key in DAYS:
        if (day := clock.day_of(given.get(key, ""))) is not None:
            found[key] = day.isoformat()
    return found


def query(listing: Listing, columns: Sequence[Column], filters: Mapping[str, str]) -> Select[Any]:
    """Everything that fits the filters, in no order."""
    found: Any = listing.source.with_only_columns(
        *(column.value.label(f"c_{column.key}") for column in columns), maintain_column_froms=True
    )
    for item in listing.filters:
        if item.key in filters:
            found = found.where(item.condition(filters[item.key]))
    first, last = (clock.day_of(filters.get(key, "")) for key in DAYS)
    if first:
        found = found.where(listing.since >= clock.local_midnight(first))
    if last:
        found = found.where(listing.since < clock.local_midnight(last + timedelta(days=1)))
    return found


def count(session: Session, listing: Listing, filters: Mapping[str, str]) -> int:
    """How many rows fit; only exports need to know."""
    rows = query(listing, listing.columns[:1], filters).subquery()
    return session.scalar(func.count().select().select_from(rows)) or 0


def sort_of(listing: Listing, text: str) -> str:
    """The sorting that an address asks for, else the list's own."""
    column = listing.column(text.removeprefix("-"))
    return text if column is not None and column.sort is not None else listing.first_sort


def page(
    session: Session,
    listing: Listing,
    columns: Sequence[Column],
    filters: Mapping[str, str],
    *,
    sort: str,
    after: str = "",
) -> Page:
    """One page in the order of `sort`, beginning behind the key `after`."""
    rows = session.execute(statement(listing, columns, filters, sort=sort, after=after)).all()
    more = len(rows) > PAGE
    numbers = [row[-1] for row in rows[:PAGE]]
    return Page([row[:-2] for row in rows[:PAGE]], numbers, _mark(rows[PAGE - 1]) if more else None)


def statement(
    listing: Listing,
    columns: Sequence[Column],
    filters: Mapping[str, str],
    *,
    sort: str,
    after: str = "",
) -> Select[Any]:
    """What is asked for a page: one row more than it shows, the values of its key last."""
    by = _sort_value(listing, sort)
    found = query(listing, columns, filters).add_columns(by, listing.key)
    place = tuple_(by, listing.key)
    if (key := _key(by, after)) is not None:
        found = found.where(place < key if sort.startswith("-") else place > key)
    order = (by, listing.key) if by is not listing.key else (by,)
    ordered = [part.desc() if sort.startswith("-") else part.asc() for part in order]
    return found.order_by(*ordered).limit(PAGE + 1)


def _sort_value(listing: Listing, sort: str) -> SQLColumnExpression[Any]:
    column = listing.column(sort.removeprefix("-"))
    if column is None or column.sort is None:
        raise LookupError(f"{listing.name} has no sorting {sort}")
    return column.sort


def _mark(row: Sequence[Any]) -> str:
    value, number = row[-2:]
    return f"{value.isoformat() if isinstance(value, datetime) else value}~{number}"


def _key(by: Any, after: str) -> tuple[Any, Any] | None:
    """The key in an address as values; one that was meddled with is ignored."""
    value, _mark, number = after[:LONGEST].rpartition("~")
    try:
        return _READ[by.type.python_type](value), _number(number)
    except ValueError:
        return None


def _amount(text: str) -> Decimal:
    if not re.fullmatch(r"-?\d{1,12}(\.\d{1,2})?", text, re.ASCII):
        raise ValueError(text)
    return Decimal(text)


def _number(text: str) -> int:
    if not re.fullmatch(r"\d{1,18}", text, re.ASCII):
        raise ValueError(text)
    return int(text)


_READ: Mapping[type, Callable[[str], Any]] = {
    datetime: datetime.fromisoformat,
    Decimal: _amount,
    int: _number,
}
