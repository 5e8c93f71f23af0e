"""From a table to employees, or to every fault in it with line, column and reason. Pure."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from storefront.applications.employees.columns import (
    CATEGORIES,
    CATEGORY_OF_WORD,
    COLUMN_OF_HEADING,
    COLUMNS,
    YES_OR_NO,
    normal,
    riskiest,
)
from storefront.applications.employees.reading import (
    MOST_ROWS,
    ROWS_ABOVE,
    FileRefused,
    Table,
    column_letter,
)
from storefront.applications.parties import text_fault
from storefront.clock import age_on
from storefront.identity import IdentityError, parse_id_number

WORKING_AGE = 16  # the clauses; labour law
LONGEST_TEXT = 60
LARGEST_WAGE = Decimal(1_000_000)
WAGE = re.compile(r"[0-9]{1,3}(,?[0-9]{3})*(\.[0-9]{1,2})?")
HEADINGS_NEEDED = 2  # a line with so many known headings is the heading

Employee = dict[str, Any]


class Fault(NamedTuple):
    """What is wrong with one cell; `other` is the line of the employee it repeats."""

    line: int
    column: str
    code: str
    slug: str
    other: int = 0


@dataclass(frozen=True)
class Checked:
    """The employees of a list without faults; else the faults, and the faulty lines as they were."""

    employees: tuple[Employee, ...]
    faults: tuple[Fault, ...]
    rows: int
    lines: Mapping[int, Mapping[str, str]]


def check(table: Table, today: date) -> Checked:
    """Judges a whole table. Raises FileRefused where its columns are not those of a list."""
    start, places = _headings(table)
    lines = table.lines[start:]
    if not lines:
        raise FileRefused("no-rows")
    if len(lines) > MOST_ROWS:
        raise FileRefused("too-many-rows")
    employees: list[Employee] = []
    faults: list[Fault] = []
    first_line_of: dict[str, int] = {}
    for line, texts in lines:
        found: Employee = {"line": line}
        for code, index in places.items():
            value, slug = _read_cell(table, (line, index), code, texts, today)
            other = 0
            if slug is None and code == "id_number":
                other = first_line_of.setdefault(value, line)
                slug = "duplicate" if other != line else None
            if slug:
                faults.append(Fault(line, column_letter(index), code, slug, other))
            found[code] = value
        employees.append(found)
    faulty = {fault.line for fault in faults}
    kept = {
        line: {code: _at(texts, index) for code, index in places.items()}
        for line, texts in lines
        if line in faulty
    }
    return Checked(() if faults else tuple(employees), tuple(faults), len(lines), kept)


def facts(employees: Sequence[Employee]) -> dict[str, Any]:
    """What a list says about the answers of the quote: how many, the riskiest, all insured at work."""
    counted = Counter(employee["category"] for employee in employees)
    return {
        "count": len(employees),
        "category": riskiest(set(counted)),
        "work_injury_insured": all(employee["work_injury_insured"] for employee in employees),
        "categories": {item.code: counted[item.code] for item in CATEGORIES if counted[item.code]},
    }


def _headings(table: Table) -> tuple[int, dict[str, int]]:
    """Where the employees begin, and the index of each column by its code."""
    for position, (_, texts) in enumerate(table.lines[:ROWS_ABOVE]):
        known = [(COLUMN_OF_HEADING.get(normal(text)), index) for index, text in enumerate(texts)]
        codes = [code for code, _ in known if code]
        if len(set(codes)) < HEADINGS_NEEDED:
            continue
        if twice := [code for code, count in Counter(codes).items() if count > 1]:
            raise FileRefused("column-twice", tuple(twice))
        if missing := [column.code for column in COLUMNS if column.code not in codes]:
            raise FileRefused("columns-missing", tuple(missing))
        by_code = {code: index for code, index in known if code}
        return position + 1, {column.code: by_code[column.code] for column in COLUMNS}
    raise FileRefused("no-headings")


def _at(texts: Sequence[str], index: int) -> str:
    return texts[index].strip() if index < len(texts) else ""


def _read_cell(
    table: Table, place: tuple[int, int], code: str, texts: Sequence[str], today: date
) -> tuple[Any, str | None]:
    text = _at(texts, place[1])
    if problem := table.problems.get(place):
        return text, problem
    if not text:
        return text, "missing"
    return _READERS[code](text, today)


def _text(text: str, today: date) -> tuple[str, str | None]:
    return text, text_fault(text, LONGEST_TEXT)


def _id_number(text: str, today: date) -> tuple[str, str | None]:
    try:
        identity = parse_id_number(text, today)
    except IdentityError as error:
        return text, f"id-{error.slug}"
    too_young = age_on(identity.birth_date, today) < WORKING_AGE
    return identity.number, "too-young" if too_young else None


def _category(text: str, today: date) -> tuple[str, str | None]:
    code = CATEGORY_OF_WORD.get(normal(text))
    return code or text, None if code else "category"


def _wage(text: str, today: date) -> tuple[str, str | None]:
    plain = unicodedata.normalize("NFKC", text).replace(" ", "")
    if not WAGE.fullmatch(plain):
        return text, "wage"
    try:
        wage = Decimal(plain.replace(",", ""))
    except InvalidOperation:
        return text, "wage"
    return str(wage), None if 0 < wage <= LARGEST_WAGE else "wage"


def _yes_or_no(text: str, today: date) -> tuple[bool | str, str | None]:
    known = YES_OR_NO.get(normal(text))
    return (text, "yes-or-no") if known is None else (known, None)


_READERS: Mapping[str, Callable[[str, date], tuple[Any, str | None]]] = {
    "name": _text,
    "id_number": _id_number,
    "job": _text,
    "category": _category,
    "monthly_wage": _wage,
    "work_injury_insured": _yes_or_no,
}
