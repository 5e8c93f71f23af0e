"""An uploaded file of any kind, read into lines of texts. Pure: bytes in, texts out, within limits.

Nothing of the file is ever executed, resolved or fetched: formulas stay formulas and are named as
problems of their cells.
"""

import csv
import io
import re
from dataclasses import dataclass, field

MOST_ROWS = 10_000
MOST_COLUMNS = 40
LARGEST_FILE = 5 * 1024 * 1024
ROWS_ABOVE = 20  # title, heading and empty lines that do not count
LONGEST_CELL = 500
MOST_LINES = MOST_ROWS + ROWS_ABOVE

ZIP, OLE, PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF"
UTF16 = (b"\xff\xfe", b"\xfe\xff")
SEPARATORS = ",;\t"
FORMULA = re.compile(r"[=+\-@\t\r]")
A_NUMBER = re.compile(r"[+\-]?[0-9.,\s]+%?")
AS_TEXT = re.compile(r'^="([^"]*)"$')  # how some programs keep a spreadsheet from rounding
EXPONENT = re.compile(r"\s*\d(\.\d+)?[eE]\+\d+\s*")


class FileRefused(Exception):
    """A file that no list can be read from; `slug` says why, `detail` names what is meant."""

    def __init__(self, slug: str, detail: tuple[str, ...] = ()) -> None:
        super().__init__(slug, *detail)
        self.slug = slug
        self.detail = detail


@dataclass
class Table:
    """Lines that are not empty, each with its number in the file (1 first) and its texts.

    `problems` holds, by line number and column index, why a cell has no text that can be used.
    """

    lines: list[tuple[int, list[str]]] = field(default_factory=list)
    problems: dict[tuple[int, int], str] = field(default_factory=dict)

    def add(self, number: int, texts: list[str]) -> None:
        """Keeps a line. Raises FileRefused when there are too many."""
        if not any(text and not text.isspace() for text in texts):
            return
        if len(self.lines) >= MOST_LINES:
            raise FileRefused("too-many-rows")
        self.lines.append((number, texts))


def read(data: bytes) -> Table:
    """The table in a file, whatever its name says it is. Raises FileRefused."""
    if not data.strip():
        raise FileRefused("empty")
    if len(data) > LARGEST_FILE:
        raise FileRefused("too-large")
    if data.startswith(ZIP):
        from storefront.applications.employees.workbook import (  # takes half a second to load
            read_workbook,
        )

        return read_workbook(data)
    if data.startswith(OLE):
        raise FileRefused("old-or-protected")
    if data.startswith(PDF):
        raise FileRefused("not-a-table")
    return _read_csv(_decode(data))


def column_letter(index: int) -> str:
    """`A` for 0, `AA` for 26, as spreadsheets name columns."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _decode(data: bytes) -> str:
    """UTF-8 with or without a mark, UTF-16 with one, else GB 18030, as Chinese spreadsheets save."""
    encodings = ("utf-16",) if data.startswith(UTF16) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise FileRefused("not-a-table")


def _read_csv(text: str) -> Table:
    table = Table()
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    begins = 1
    try:
        for quoted in reader:
            texts = [AS_TEXT.sub(r"\1", cell) for cell in quoted[:MOST_COLUMNS]]
            for index, cell in enumerate(texts):
                if problem := _problem(cell):
                    table.problems[begins, index] = problem
            table.add(begins, [cell[:LONGEST_CELL] for cell in texts])
            begins = reader.line_num + 1
    except csv.Error:
        raise FileRefused("broken-csv", (str(begins),)) from None
    return table


def _separator(text: str) -> str:
    """The separator that occurs most in the first line with any."""
    for line in text[:20_000].splitlines():
        found = max(SEPARATORS, key=line.count)
        if found in line:
            return found
    return ","


def _problem(cell: str) -> str | None:
    if FORMULA.match(cell) and not A_NUMBER.fullmatch(cell):
        return "formula"
    return "digits-lost" if EXPONENT.fullmatch(cell) else None
