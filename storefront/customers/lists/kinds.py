"""What a list and its columns are, and how a value is shown and exported."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, SQLColumnExpression, case

from storefront import clock, identity, pages
from storefront.support.lists import harmless

Kind = Literal["text", "words", "moment", "money", "email", "mobile", "list"]


@dataclass(frozen=True)
class Column:
    """One column. `sort` is what its heading sorts by, never null and best with an index.

    `link` names the endpoint and parameter of the page to which a value leads; columns that are not
    `standard` show only to who chooses them.
    """

    key: str
    label: Any
    value: SQLColumnExpression[Any]
    kind: Kind = "text"
    words: Mapping[str, Any] = field(default_factory=dict)
    sort: SQLColumnExpression[Any] | None = None
    link: tuple[str, str] | None = None
    standard: bool = True


@dataclass(frozen=True)
class Filter:
    """What a list can be narrowed by; with `words` one of them is chosen, else the text must be equal.

    `where` says what must hold, where that is more than being equal; with `number` only figures count.
    """

    key: str
    label: Any
    value: SQLColumnExpression[Any]
    words: Mapping[str, Any] = field(default_factory=dict)
    where: Callable[[str], ColumnElement[bool]] | None = None
    number: bool = False

    def condition(self, wanted: str) -> ColumnElement[bool]:
        """What holds for the rows that are wanted; an index must be able to answer it."""
        return self.where(wanted) if self.where else self.value == wanted

    def makes_sense(self, wanted: str) -> bool:
        """Whether a text can be meant."""
        if self.number:
            return re.fullmatch(r"[0-9]{1,18}", wanted) is not None
        return not self.words or wanted in self.words


def of_customer(
    value: SQLColumnExpression[Any], where: Callable[[str], ColumnElement[bool]] | None = None
) -> Filter:
    """The filter by the number of a customer's account."""
    fits = where or (lambda wanted: value == int(wanted))
    return Filter("customer", _l("Customer number"), value, where=fits, number=True)


def to_customer(value: SQLColumnExpression[Any]) -> Column:
    """The column of the customer's number, which leads to the customer's page."""
    page = ("customers_staff.show", "customer_id")
    return Column("customer", _l("Customer"), value, link=page, standard=False)


def open_or_closed(
    closed_at: SQLColumnExpression[Any],
) -> tuple[ColumnElement[str], Callable[[str], ColumnElement[bool]]]:
    """Whether something is `open` or `closed`, as a value, and what holds for either, for an index."""

    def holds(state: str) -> ColumnElement[bool]:
        return closed_at.is_(None) if state == "open" else closed_at.is_not(None)

    return case((closed_at.is_(None), "open"), else_="closed"), holds


@dataclass(frozen=True)
class Listing:
    """A list: `source` says from which tables; `since` is the moment that the filter by days reads.

    It can be narrowed `by` the columns of these keys, and by further filters. Reading it needs
    `permission`, having it as a file `exporting` too, where that is not empty.
    """

    name: str
    label: Any
    permission: str
    source: Select[Any]
    key: SQLColumnExpression[int]
    since: SQLColumnExpression[datetime]
    columns: tuple[Column, ...]
    by: tuple[str, ...] = ()
    also_by: tuple[Filter, ...] = ()
    first_sort: str = "-created"
    exporting: str = ""

    @property
    def filters(self) -> tuple[Filter, ...]:
        """What the list can be narrowed by, in the order of the page."""
        columns = {column.key: column for column in self.columns}
        plain = (columns[key] for key in self.by)
        return (*(Filter(one.key, one.label, one.value, one.words) for one in plain), *self.also_by)

    def column(self, key: str) -> Column | None:
        """The column of a key, or None."""
        return next((column for column in self.columns if column.key == key), None)

    def chosen(self, keys: list[Any] | None) -> list[Column]:
        """The columns that a member wants, in the order of the list; never none."""
        wanted = [column for column in self.columns if column.key in (keys or ())]
        return wanted or [column for column in self.columns if column.standard]


def shown(column: Column, value: Any) -> str:
    """A value as a page shows it."""
    if value is None or value in ("", []):
        return "—"
    match column.kind:
        case "moment":
            return pages.moment(value)
        case "money":
            return pages.money(value)
        case _:
            return _text(column, value)


def exported(column: Column, value: Any) -> str | Decimal:
    """A value as a file holds it: figures stay figures, and no text is a formula."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return value
    if isinstance(value, datetime):
        return value.astimezone(clock.SHANGHAI).isoformat(" ", "seconds")[:19]
    return harmless(_text(column, value))


def _text(column: Column, value: Any) -> str:
    match column.kind:
        case "words":
            return str(column.words.get(value, value))
        case "list":
            return ", ".join(map(str, value))
        case "email":
            return identity.mask_email(value)
        case "mobile":
            return identity.mask_mobile(value)
        case _:
            return str(value)
