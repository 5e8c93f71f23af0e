"""Pure: the files that go to the bank and come back, as bytes.

To the bank: `H,file,insurer,date,lines,total,CNY`, then `D,line,order,payee,bank,account,amount,claim`,
then `T,lines,total`. Back: `H,return,lines`, then `L,key,order,amount,PAID|REJECTED,reason`, then
`T,lines,total`. Amounts are yuan with two decimals. Who connects a bank with another format adapts here.
"""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
AMOUNT = re.compile(r"\d{1,12}\.\d{2}")
KEY = re.compile(r"[0-9A-Za-z._-]{1,60}")
RESULTS = {"PAID": "paid", "REJECTED": "rejected"}
LARGEST_FILE = 5_000_000
LINE_FIELDS, HEAD_FIELDS, TAIL_FIELDS = 6, 3, 3


@dataclass(frozen=True)
class Order:
    """One payment as it stands in the file."""

    ref: str
    payee: str
    bank: str
    account: str
    amount: Decimal
    claim: str


@dataclass(frozen=True)
class Line:
    """One line of a return file; `number` counts lines of the file from 1."""

    number: int
    key: str
    order: str
    amount: Decimal
    result: str
    reason: str


@dataclass(frozen=True)
class Return:
    """A return file that was read whole and without a fault."""

    number: str
    lines: tuple[Line, ...]


class Faulty(ValueError):
    """A file of which nothing is used: each fault with its line and a slug."""

    def __init__(self, faults: Sequence[tuple[int, str]]) -> None:
        super().__init__(", ".join(f"{line}: {slug}" for line, slug in faults))
        self.faults = tuple(faults)


def write(ref: str, insurer: str, day: date, orders: Sequence[Order], encoding: str) -> bytes:
    """The file for the bank; the same orders always give the same bytes."""
    total = sum((order.amount for order in orders), Decimal("0.00"))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(("H", ref, insurer, day.isoformat(), len(orders), total, "CNY"))
    for number, order in enumerate(orders, 1):
        words = (harmless(word) for word in (order.payee, order.bank))
        writer.writerow(("D", number, order.ref, *words, order.account, order.amount, order.claim))
    writer.writerow(("T", len(orders), total))
    return text.getvalue().encode(encoding)


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


def read(data: bytes) -> Return:
    """A return file. Raises Faulty with every line that is not as it should be."""
    rows = _rows(data)
    faults: list[tuple[int, str]] = []
    lines: list[Line] = []
    for number, row in rows[1:-1]:
        slug = _fault_of(row)
        if slug:
            faults.append((number, slug))
            continue
        amount = Decimal(row[3])
        lines.append(Line(number, row[1], row[2], amount, RESULTS[row[4]], row[5].strip()))
    keys = [line.key for line in lines]
    faults += [(line.number, "key-twice") for line in lines if keys.count(line.key) > 1]
    number, head = rows[0]
    if len(head) != HEAD_FIELDS or head[0] != "H" or not KEY.fullmatch(head[1]):
        faults.append((number, "header"))
    elif head[2] != str(len(rows) - 2):
        faults.append((number, "count"))
    faults += _tail_faults(rows, lines)
    if faults:
        raise Faulty(sorted(faults))
    return Return(head[1], tuple(lines))


def _rows(data: bytes) -> list[tuple[int, list[str]]]:
    if len(data) > LARGEST_FILE:
        raise Faulty([(1, "too-large")])
    reader = csv.reader(io.StringIO(_text(data), newline=""), strict=True)
    try:
        rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader if row]
    except csv.Error:
        raise Faulty([(reader.line_num, "fields")]) from None
    if len(rows) < 2:
        raise Faulty([(1, "header")])
    return rows


def _text(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Faulty([(1, "encoding")])


def _fault_of(row: list[str]) -> str:
    if len(row) != LINE_FIELDS or row[0] != "L":
        return "fields"
    if not KEY.fullmatch(row[1]) or not KEY.fullmatch(row[2]):
        return "key"
    if not AMOUNT.fullmatch(row[3]):
        return "amount"
    return "" if row[4] in RESULTS else "result"


def _tail_faults(rows: list[tuple[int, list[str]]], lines: list[Line]) -> list[tuple[int, str]]:
    number, tail = rows[-1]
    if len(tail) != TAIL_FIELDS or tail[0] != "T":
        return [(number, "trailer")]
    if tail[1] != str(len(rows) - 2):
        return [(number, "count")]
    total = sum((line.amount for line in lines), Decimal("0.00"))
    complete = len(lines) == len(rows) - 2
    return [(number, "sum")] if complete and tail[2] != str(total) else []
