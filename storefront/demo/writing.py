"""Keeps the lines of a portion and writes them by COPY, so that memory does not grow with the number.

One portion is written while the next one is being made.
"""

import random
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import psycopg

from storefront.crypto import REFERENCE_ALPHABET, check_character
from storefront.demo.tables import TABLES
from storefront.search.rules import KINDS

Line = tuple[Any, ...]
# The search's tokens fall anywhere into its index: collected first, they are put in once, in order.
COLLECTED = "create temporary table demo_token as select * from search_token with no data"
PUT_IN = """
insert into search_token (token, kind, subject_id)
select distinct token, kind, subject_id from demo_token order by 1, 2, 3 on conflict do nothing
"""
WITH_IDS = tuple(table for table, columns in TABLES.items() if columns[0] == "id")


@dataclass
class Writer:
    """Lines of the tables that wait for COPY, and the ids and references given out.

    `member_id` is the member of staff who has approved and decided everything.
    """

    connection: psycopg.Connection[Any]
    rng: random.Random
    now: datetime
    member_id: int
    next_id: dict[str, int]
    waiting: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in TABLES})
    background: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1))
    written: Future[None] | None = None

    def __post_init__(self) -> None:
        self.connection.execute(COLLECTED)

    def id_of(self, table: str) -> int:
        """The next free id of a table."""
        found = self.next_id[table]
        self.next_id[table] = found + 1
        return found

    def reference(self, prefix: str) -> str:
        """A public reference, from the generator of this run."""
        bits = self.rng.getrandbits(60)
        body = prefix + "".join(REFERENCE_ALPHABET[bits >> shift & 31] for shift in range(0, 60, 5))
        return body + check_character(body)

    def add(self, table: str, line: Line) -> None:
        """Keeps a line until the portion is written."""
        self.waiting[table].append("\t".join(map(_text, line)))

    def index(self, kind: str, subject_id: int, tokens: frozenset[int]) -> None:
        """Has a subject found under its tokens."""
        for token in tokens:
            self.add("search_token", (token, KINDS[kind], subject_id))

    def flush(self) -> None:
        """Has everything that waits written, after the portion before. Raises what went wrong there."""
        portion, self.waiting = self.waiting, {name: [] for name in TABLES}
        if self.written is not None:
            self.written.result()
        self.written = self.background.submit(_write, self.connection, portion)

    def finish(self) -> None:
        """Waits until everything is written, and completes the search's index."""
        self.flush()
        self.background.shutdown()
        if self.written is not None:
            self.written.result()
        with self.connection.transaction():
            self.connection.execute("set local work_mem = '128MB'")
            self.connection.execute(PUT_IN)


def _write(connection: psycopg.Connection[Any], portion: dict[str, list[str]]) -> None:
    """One portion in one transaction, parents before children."""
    with connection.transaction(), connection.cursor() as cursor:
        for table, columns in TABLES.items():
            if lines := portion[table]:
                into = "demo_token" if table == "search_token" else table
                with cursor.copy(f"copy {into} ({', '.join(columns)}) from stdin") as copy:
                    copy.write("\n".join(lines) + "\n")


def first_ids(connection: psycopg.Connection[Any]) -> dict[str, int]:
    """The next free id of each table."""
    return {
        table: connection.execute(f"select coalesce(max(id), 0) + 1 from {table}").fetchone()[0]  # type: ignore[index]  # noqa: S608
        for table in WITH_IDS
    }


def set_sequences(connection: psycopg.Connection[Any], next_id: dict[str, int]) -> None:
    """Has the tables give out the ids behind those that were used."""
    for table, number in next_id.items():
        connection.execute(
            "select setval(pg_get_serial_sequence(%s, 'id'), %s, false)", (table, number)
        )


def _text(value: object) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return str(value) if not isinstance(value, Decimal) else format(value, "f")
