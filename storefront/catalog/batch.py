"""Prices a file of answers, a chunk of rows at a time, in constant memory.

Reading is memoised so that a million rows cost little more than their premiums: a text is converted and
judged once, and rules between answers are judged once for each combination of the answers that they
speak about. Whatever is doubtful goes through `answers.parse`, so that a batch and a single quote
never differ.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from storefront.catalog import answers
from storefront.catalog.bundle import ProductBundle
from storefront.catalog.definition import AnswerField, ProductDefinition, all_hold
from storefront.catalog.facts import derive
from storefront.catalog.faults import AnswersInvalid, Fault
from storefront.clock import age_on
from storefront.rating.batch import price_rows

CHUNK_ROWS = 20_000
MOST_REMEMBERED = 200_000
PREMIUM, ERROR = "premium", "error"


class Lines(Protocol):
    """What `csv.reader` gives: cells line by line, and the number of the present line."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...
    def __next__(self) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class RowResult:
    """One row of the file: where it stood, its cells, and its premium or its faults."""

    line: int
    cells: list[str]
    premium: Decimal | None
    faults: Sequence[Fault]


class HeaderInvalid(Exception):
    """A file without usable column names; the message says why."""


def read_header(reader: Lines) -> list[str]:
    """The column names of a file."""
    header = [name.strip() for name in next(reader, [])]
    if not any(header):
        raise HeaderInvalid("the file has no column names")
    repeated = sorted({name for name in header if header.count(name) > 1})
    if repeated:
        raise HeaderInvalid(f"columns stand twice: {', '.join(repeated)}")
    if taken := sorted({PREMIUM, ERROR} & set(header)):
        raise HeaderInvalid(f"columns that the result adds are there already: {', '.join(taken)}")
    return header


def price_file(
    bundle: ProductBundle, header: Sequence[str], reader: Lines
) -> Iterator[list[RowResult]]:
    """The results of the rows below a header, chunk by chunk and in order."""
    judge = RowJudge(bundle.definition, header)
    lines: list[int] = []
    rows: list[list[str]] = []
    for cells in reader:
        if not cells:
            continue
        lines.append(reader.line_num)
        rows.append(cells)
        if len(rows) == CHUNK_ROWS:
            yield _price_chunk(bundle, judge, lines, rows)
            lines, rows = [], []
    if rows:
        yield _price_chunk(bundle, judge, lines, rows)


def _price_chunk(
    bundle: ProductBundle, judge: "RowJudge", lines: list[int], rows: list[list[str]]
) -> list[RowResult]:
    typed: list[Mapping[str, object]] = []
    places: list[int] = []
    premiums: list[Decimal | None] = [None] * len(rows)
    faults: list[Sequence[Fault]] = [()] * len(rows)
    for place, cells in enumerate(rows):
        try:
            typed.append(judge.read(cells))
            places.append(place)
        except AnswersInvalid as invalid:
            faults[place] = invalid.faults
    keys = [field.key for field in bundle.definition.answers]
    columns = {key: [row.get(key) for row in typed] for key in keys}
    priced, refused = price_rows(bundle.basis, columns)
    for place, premium, why in zip(places, priced, refused, strict=True):
        premiums[place] = premium
        faults[place] = [Fault(fault.key, fault.code, fault.params) for fault in why]
    return [RowResult(*result) for result in zip(lines, rows, premiums, faults, strict=True)]


class RowJudge:
    """Turns the cells of a row into typed answers, remembering what it has judged before."""

    def __init__(self, definition: ProductDefinition, header: Sequence[str]) -> None:
        self._definition = definition
        self._header = header
        names = set(answers.names_of(definition))
        self._columns = [(place, name) for place, name in enumerate(header) if name in names]
        self._simple = not any(
            field.entries or (field.lookup and field.key in header) for field in definition.answers
        )
        self._fields = [definition.field(name) for _, name in self._columns] if self._simple else []
        self._seen: list[dict[str, object]] = [{} for _ in self._fields]
        self._spoken_of = _keys_in_conditions(definition)
        self._hidden: dict[tuple[object, ...], dict[str, object] | None] = {}
        self._empty: dict[str, object] = {
            field.key: answers.convert(field, field.absent) if field.absent is not None else None
            for field in definition.answers
        }

    def read(self, cells: list[str]) -> Mapping[str, object]:
        """Typed answers of a row, or AnswersInvalid."""
        if len(cells) != len(self._header):
            expected: dict[str, object] = {"cells": len(cells), "expected": len(self._header)}
            raise AnswersInvalid([Fault("row", "wrong-number-of-cells", expected)])
        if not self._simple:
            return self._parse(cells)
        given = self._given(cells)
        if given is None:
            return self._parse(cells)
        context = self._context(given)
        if context not in self._hidden:
            if len(self._hidden) >= MOST_REMEMBERED:
                self._hidden.clear()
            self._hidden[context] = self._judge_context(cells, given)
        hidden = self._hidden[context]
        if hidden is None:
            return self._parse(cells)
        return self._empty | given | hidden

    def _parse(self, cells: list[str]) -> Mapping[str, object]:
        return answers.parse(self._definition, {name: cells[n] for n, name in self._columns})

    def _given(self, cells: list[str]) -> dict[str, object] | None:
        """The typed values of the filled cells; None when any of them is at fault by itself."""
        given: dict[str, object] = {}
        for (place, name), field, seen in zip(self._columns, self._fields, self._seen, strict=True):
            text = cells[place]
            if not text:
                continue
            if text not in seen:
                if len(seen) >= MOST_REMEMBERED:
                    seen.clear()
                seen[text] = _valid_alone(field, text)
            value = seen[text]
            if value is None:
                return None
            given[name] = value
        return given

    def _context(self, given: Mapping[str, object]) -> tuple[object, ...]:
        """All that rules between answers can depend on: the answers they name, the age, what is empty."""
        birth, start = given.get("birth_date"), given.get(self._definition.start.key or "")
        age = age_on(birth, start) if isinstance(birth, date) and isinstance(start, date) else None
        return (age, tuple(given), *[given.get(key) for key in self._spoken_of])

    def _judge_context(
        self, cells: list[str], given: Mapping[str, object]
    ) -> dict[str, object] | None:
        """What replaces the answers that are not asked for; None where something is at fault."""
        try:
            self._parse(cells)
        except AnswersInvalid:
            return None
        facts = derive(self._definition, given)
        return {
            field.key: self._empty[field.key]
            for field in self._definition.answers
            if not all_hold(field.shown_when, facts)
        }


def _valid_alone(field: AnswerField, text: str) -> object:
    """The typed value of a text that is valid whatever the other answers are; None otherwise."""
    value = answers.convert(field, text.strip())
    if value is None or answers.faults_alone(field, value):
        return None
    return value


def _keys_in_conditions(definition: ProductDefinition) -> list[str]:
    """The answers that any condition of the definition speaks about, or judges by choice."""
    keys: dict[str, Any] = {}
    for field in definition.answers:
        conditions = [*field.shown_when, *field.required_when]
        for choice in field.choices:
            conditions += choice.when
        keys |= dict.fromkeys([field.key] if any(c.when for c in field.choices) else [])
        keys |= dict.fromkeys(key for c in conditions for key in (c.key, c.other) if key)
    for check in definition.checks:
        keys |= dict.fromkeys(key for c in check.when for key in (c.key, c.other) if key)
    if definition.term.key:
        keys[definition.term.key] = None
    return [key for key in keys if definition.asks(key)]
