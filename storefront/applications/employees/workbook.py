"""Reads an Excel workbook: the first sheet that is not hidden, values only.

openpyxl parses with defusedxml and row by row; what it would unpack is limited before it begins.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import Any

import openpyxl
from openpyxl.utils import range_boundaries
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from storefront.applications.employees.reading import (
    LONGEST_CELL,
    MOST_COLUMNS,
    FileRefused,
    Table,
)

LARGEST_UNPACKED = 20 * 1024 * 1024
MOST_PARTS = 300
MOST_TAGS = 1_200_000  # in all parts; a list of 10,000 with ten columns has about 700,000
ENCRYPTED = 0x1
WORKBOOK = "xl/workbook.xml"
UNUSABLE = {"f": "formula", "e": "cell-error"}  # kinds of cells
EXACT_DIGITS = 10**15  # above it spreadsheets round
MERGED = re.compile(rb'<mergeCell\s[^>]*?ref="([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})"')
MOST_MERGED = 100_000  # cells
LAST_ROW = 1_048_576  # that a sheet can have
# What broken or hostile files make the parsers below raise.
BROKEN = (
    InvalidFileException, zipfile.BadZipFile, zlib.error, SyntaxError, ValueError, KeyError,
    IndexError, TypeError, AttributeError, LookupError, ArithmeticError, RuntimeError, EOFError,
    OSError,
)  # fmt: skip


def read_workbook(data: bytes) -> Table:
    """The table on the first visible sheet. Raises FileRefused."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            _check_size(parts)
            return _read(data, parts)
    except FileRefused:
        raise
    except BROKEN:
        raise FileRefused("broken-workbook") from None


def _check_size(parts: zipfile.ZipFile) -> None:
    """Refuses what would fill the memory; a part is never unpacked beyond the size it declares."""
    entries = parts.infolist()
    if any(entry.flag_bits & ENCRYPTED for entry in entries):
        raise FileRefused("old-or-protected")
    if len(entries) > MOST_PARTS or sum(entry.file_size for entry in entries) > LARGEST_UNPACKED:
        raise FileRefused("too-large-unpacked")
    if WORKBOOK not in parts.namelist():
        raise FileRefused("not-a-table")
    if sum(parts.read(entry).count(b"<") for entry in entries) > MOST_TAGS:
        raise FileRefused("too-large-unpacked")


def _read(data: bytes, parts: zipfile.ZipFile) -> Table:
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
    try:
        visible = [
            sheet
            for sheet in book.worksheets
            if isinstance(sheet, ReadOnlyWorksheet) and sheet.sheet_state == "visible"
        ]
        if not visible:
            raise FileRefused("no-visible-sheet")
        return _read_sheet(visible[0], parts)
    finally:
        book.close()


def _read_sheet(sheet: Any, parts: zipfile.ZipFile) -> Table:
    """All its lines, however many blank ones stand between them: nobody on the list is left out."""
    table = Table()
    rows = sheet.iter_rows(max_row=LAST_ROW, max_col=MOST_COLUMNS)
    blank = None
    for number, row in enumerate(rows, start=1):
        if row is blank:  # openpyxl gives one and the same for every line that the file leaves out
            continue
        if all(cell.value is None for cell in row):
            blank = row
            continue
        texts = []
        for index, cell in enumerate(row):
            text, problem = _text_of(cell.value, cell.data_type)
            texts.append(text)
            if problem:
                table.problems[number, index] = problem
        table.add(number, texts)
    merged = MERGED.findall(parts.read(sheet._worksheet_path.lstrip("/")))
    for place in islice(_covered(merged), MOST_MERGED):
        table.problems[place] = "merged"
    return table


def _text_of(value: Any, kind: str) -> tuple[str, str | None]:
    """The text of a cell, and why it cannot be used."""
    if value is None:
        return "", None
    if kind in UNUSABLE:
        return str(value)[:LONGEST_CELL], UNUSABLE[kind]
    if isinstance(value, bool):
        return str(value).lower(), None
    if isinstance(value, int | float):
        problem = "digits-lost" if abs(value) >= EXACT_DIGITS else None
        return f"{Decimal(repr(value)).normalize():f}", problem
    if isinstance(value, datetime):
        return value.date().isoformat(), None
    return str(value)[:LONGEST_CELL], None


def _covered(ranges: list[bytes]) -> Iterator[tuple[int, int]]:
    """Line and column index of every cell hidden under a merged one, the first of each apart."""
    for text in ranges:
        left, top, right, bottom = range_boundaries(text.decode())
        for line in range(top, min(bottom, LAST_ROW) + 1):
            for column in range(left, min(right, MOST_COLUMNS) + 1):
                if (line, column) != (top, left):
                    yield line, column - 1
