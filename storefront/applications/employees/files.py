"""Files we give out: the template, the faults of a list, the list itself. No cell of them is a formula."""

import csv
import io
from collections.abc import Callable, Sequence
from typing import Any

import openpyxl
from openpyxl.cell import Cell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from storefront.applications.employees.columns import CATEGORIES, COLUMNS
from storefront.applications.employees.reading import A_NUMBER, FORMULA, MOST_ROWS

TEXT_FORMAT = "@"
WIDTH, WIDE = 18, 60
HEAD = PatternFill("solid", fgColor="FFDDEBEB")
WRONG = PatternFill("solid", fgColor="FFFFE1E0")
MARK = "\ufeff"  # tells spreadsheets that a CSV file is UTF-8

Rows = Sequence[Sequence[str]]
Marked = Callable[[int, int], bool]


def as_csv(rows: Rows) -> bytes:
    """Rows as CSV; what a spreadsheet would take for a formula is marked as text."""
    text = io.StringIO()
    csv.writer(text).writerows([[_harmless(cell) for cell in row] for row in rows])
    return (MARK + text.getvalue()).encode()


def as_workbook(title: str, rows: Rows, marked: Marked = lambda row, column: False) -> bytes:
    """Rows as a workbook of texts, headings first; marked cells (from 0) are coloured."""
    book = openpyxl.Workbook()
    _fill(book.active, title, rows, marked)
    return _saved(book)


def template(language: str, titles: tuple[str, str], words: tuple[str, str]) -> bytes:
    """The empty list to fill in, its columns set to text, and a second sheet that explains them."""
    book = openpyxl.Workbook()
    sheet = book.active
    _fill(sheet, titles[0], [[column.name.in_language(language) for column in COLUMNS]])
    names = [item.name.in_language(language) for item in CATEGORIES]
    for index, column in enumerate(COLUMNS, start=1):
        letter = get_column_letter(index)
        sheet.column_dimensions[letter].number_format = TEXT_FORMAT
        choices = {"category": names, "work_injury_insured": words}.get(column.code)
        if choices:
            choice = DataValidation("list", formula1=f'"{",".join(choices)}"', allow_blank=True)
            sheet.add_data_validation(choice)
            choice.add(f"{letter}2:{letter}{MOST_ROWS + 1}")
    notes = [
        [column.name.in_language(language), column.help.in_language(language), column.example]
        for column in COLUMNS
    ]
    _fill(book.create_sheet(), titles[1], notes, headed=False)
    return _saved(book)


def template_csv(language: str) -> bytes:
    """The headings alone."""
    return as_csv([[column.name.in_language(language) for column in COLUMNS]])


def _fill(
    sheet: Worksheet,
    title: str,
    rows: Rows,
    marked: Marked = lambda row, column: False,
    *,
    headed: bool = True,
) -> None:
    sheet.title = title
    for number, row in enumerate(rows):
        for index, text in enumerate(row):
            cell: Cell = sheet.cell(number + 1, index + 1)
            _write(cell, text)
            if headed and number == 0:
                cell.font, cell.fill = Font(bold=True), HEAD
            elif marked(number, index):
                cell.fill = WRONG
    for index in range(len(rows[0])):
        longest = max(len(row[index]) for row in rows[:200])
        width = WIDE if longest > WIDTH * 2 else WIDTH
        sheet.column_dimensions[get_column_letter(index + 1)].width = width
    if headed:
        sheet.freeze_panes = "A2"


def _write(cell: Any, text: str) -> None:
    """A text stays one, whatever it begins with."""
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)
    cell.data_type = "s"
    cell.number_format = TEXT_FORMAT
    cell.alignment = Alignment(vertical="top", wrap_text=len(text) > WIDTH * 2)


def _harmless(text: str) -> str:
    return f"'{text}" if FORMULA.match(text) and not A_NUMBER.fullmatch(text) else text


def _saved(book: openpyxl.Workbook) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()
