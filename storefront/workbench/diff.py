"""What differs between two product versions: the definition by key, tables by row, clauses by line. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from storefront.catalog.bundle import ProductBundle
from storefront.rating import Table

Kind = Literal["added", "removed", "changed", "same", "gap"]
NAMES_OF_ENTRIES = ("key", "code", "value")
CONTEXT = 1
"""Unchanged lines of the clauses shown around each change."""


@dataclass(frozen=True, slots=True)
class Change:
    """One value of the definition; None where the other version alone has it."""

    path: str
    old: str | None
    new: str | None

    @property
    def section(self) -> str:
        return self.path.partition(".")[0]


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row of a table: for each column its old and its new text."""

    kind: Kind
    cells: tuple[tuple[str | None, str | None], ...]


@dataclass(frozen=True, slots=True)
class TableChange:
    """The rows of one table that differ."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[RowChange, ...]

    @property
    def headings(self) -> list[tuple[str, str]]:
        """The columns as headings that do not sort."""
        return [("", column) for column in self.columns]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the clauses; a gap stands for unchanged lines that are left out."""

    kind: Kind
    text: str = ""


@dataclass(frozen=True)
class Difference:
    """Everything that differs; `clauses` by language."""

    definition: tuple[Change, ...]
    tables: tuple[TableChange, ...]
    clauses: Mapping[str, tuple[Line, ...]]

    def __bool__(self) -> bool:
        return bool(self.definition or self.tables or any(self.clauses.values()))


def between(old: ProductBundle, new: ProductBundle) -> Difference:
    """What the new version changes, apart from its number."""
    tables = (
        _table_change(name, old.tables.get(name, []), new.tables.get(name, []))
        for name in sorted({*old.tables, *new.tables})
    )
    return Difference(
        definition=tuple(_changes(flat(old), flat(new))),
        tables=tuple(change for change in tables if change.rows),
        clauses={
            language: lines(old.clauses[language], new.clauses[language])
            for language in new.clauses
        },
    )


def flat(bundle: ProductBundle) -> dict[str, str]:
    """The definition as text by key path; entries of lists go by their own key or code."""
    return dict(flattened(bundle.definition.model_dump(mode="json", exclude={"version"})))


def flattened(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Every single value in nested data with its key path."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from flattened(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
        names = _entry_names(value)
        for name, item in zip(names, value, strict=True):
            yield from flattened(item, f"{path}.{name}")
        if len(names) > 1 and not names[0].isdigit():
            yield f"{path}.*", ", ".join(names)  # the order, which the premium lines follow
    elif isinstance(value, list):
        if value:
            yield path, ", ".join(map(str, value))
    elif value is not None:
        yield path, str(value)


def lines(old: str, new: str) -> tuple[Line, ...]:
    """The lines that differ with a little of what stands around them; empty where none does."""
    before, after = old.strip().splitlines(), new.strip().splitlines()
    found: list[Line] = []
    for group in SequenceMatcher(None, before, after, autojunk=False).get_grouped_opcodes(CONTEXT):
        if found:
            found.append(Line("gap"))
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                found.extend(Line("same", text) for text in before[i1:i2])
                continue
            found.extend(Line("removed", text) for text in before[i1:i2])
            found.extend(Line("added", text) for text in after[j1:j2])
    return tuple(found)


def _entry_names(entries: Sequence[Any]) -> list[str]:
    """What the entries of a list go by; their numbers where they have no names of their own."""
    for key in NAMES_OF_ENTRIES:
        names = [str(item.get(key, "")) if isinstance(item, Mapping) else "" for item in entries]
        if all(names) and len(set(names)) == len(names):
            return names
    return [str(number) for number in range(1, len(entries) + 1)]


def _changes(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Change]:
    """In the order of the new version; what only the old one has follows."""
    for path in [*new, *(path for path in old if path not in new)]:
        before, after = old.get(path), new.get(path)
        if before != after:
            yield Change(path, before, after)


def _table_change(name: str, old: Table, new: Table) -> TableChange:
    columns = tuple(dict.fromkeys([*(new[0] if new else ()), *(old[0] if old else ())]))
    key = _key_columns(columns, old, new)
    before = {tuple(row.get(column, "") for column in key): row for row in old}
    after = {tuple(row.get(column, "") for column in key): row for row in new}
    rows = []
    for mark in [*after, *(mark for mark in before if mark not in after)]:
        left, right = before.get(mark), after.get(mark)
        if left != right:
            kind: Kind = "added" if left is None else "removed" if right is None else "changed"
            rows.append(RowChange(kind, tuple(_cells(columns, left, right))))
    return TableChange(name, columns, tuple(rows))


def _cells(
    columns: Sequence[str], left: Mapping[str, str] | None, right: Mapping[str, str] | None
) -> Iterator[tuple[str | None, str | None]]:
    for column in columns:
        yield (
            None if left is None else left.get(column, ""),
            None if right is None else right.get(column, ""),
        )


def _key_columns(columns: Sequence[str], *tables: Table) -> Sequence[str]:
    """The fewest first columns that tell the rows of both tables apart."""
    for count in range(1, len(columns)):
        key = columns[:count]
        if all(
            len({tuple(row.get(column, "") for column in key) for row in rows}) == len(rows)
            for rows in tables
        ):
            return key
    return columns
