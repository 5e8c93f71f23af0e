"""Lists of fictional employees as files, and what goes wrong in such files."""

import csv
import io
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import openpyxl

from tests.people import id_number

HEADINGS = ["姓名", "身份证号码", "岗位", "雇员类别", "月工资（元）", "是否参加工伤保险"]
ENGLISH = ["Name", "Identity number", "Job", "Category", "Monthly wage", "Work-injury insurance"]
FIRST_BIRTH = date(1970, 1, 1)
BIRTHS = 9_000
Row = list[Any]


def row(number: int) -> Row:
    """Somebody on a list; every number is another person."""
    birth = FIRST_BIRTH + timedelta(days=number % BIRTHS)
    identity = id_number(birth, "M", number // BIRTHS + 1)
    return [f"示例{number}", identity, "车工", "一线操作人员", "6500.00", "否"]


def rows(count: int) -> list[Row]:
    """Headings and so many employees, the first of them in line 2."""
    return [list(HEADINGS), *(row(number) for number in range(count))]


def as_csv(lines: Sequence[Row], encoding: str = "utf-8-sig") -> bytes:
    """The lines as a CSV file."""
    text = io.StringIO()
    csv.writer(text).writerows(lines)
    return text.getvalue().encode(encoding)


def as_workbook(lines: Sequence[Row]) -> bytes:
    """The lines as a workbook."""
    book = openpyxl.Workbook()
    for line in lines:
        book.active.append(line)
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    """A workbook as a file."""
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def with_seven_faults(count: int) -> list[Row]:
    """So many employees, seven of them with one fault each, in lines 3, 5, 8, 13, 21, 34 and 55."""
    lines = rows(count)
    wrong = lines[2][1]
    lines[2][1] = wrong[:-1] + ("1" if wrong[-1] != "1" else "2")  # a typing mistake
    lines[4][0] = ""
    lines[7][3] = "临时"
    lines[12][4] = "六千"
    lines[20][5] = "不详"
    lines[33][1] = lines[10][1]  # line 11 again
    lines[54][1] = id_number(date(2015, 1, 1), "M")
    return lines


SEVEN = [
    (3, "B", "id-check-digit"),
    (5, "A", "missing"),
    (8, "D", "category"),
    (13, "E", "wage"),
    (21, "F", "yes-or-no"),
    (34, "B", "duplicate"),
    (55, "B", "too-young"),
]
