"""Files of lists, written row by row: nothing here holds more than one row."""

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from storefront.customers.lists.kinds import Column

SHEET_ROWS = 1_000_000  # Excel ends at 1,048,576
MIME_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def write_csv(
    path: Path, title: str, columns: Sequence[Column], lines: Iterable[Sequence[Any]]
) -> None:
    """UTF-8 with a byte order mark, as spreadsheets expect it."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([str(column.label) for column in columns])
        writer.writerows(lines)


def write_xlsx(
    path: Path, title: str, columns: Sequence[Column], lines: Iterable[Sequence[Any]]
) -> None:
    """A workbook; after a million rows another sheet begins."""
    book = Workbook(write_only=True)
    heads = [str(column.label) for column in columns]
    sheet: Any = None
    for number, line in enumerate(lines):
        if number % SHEET_ROWS == 0:
            sheet = _sheet(book, title, heads)
        sheet.append(line)
    if sheet is None:
        _sheet(book, title, heads)
    book.save(path)


def _sheet(book: Any, title: str, heads: Sequence[str]) -> Any:
    sheet = book.create_sheet(f"{title} {len(book.worksheets) + 1}"[:31])
    sheet.append(heads)
    return sheet


WRITERS: Mapping[str, Callable[[Path, str, Sequence[Column], Iterable[Sequence[Any]]], None]] = {
    "csv": write_csv,
    "xlsx": write_xlsx,
}
