"""Writes the fictional business in portions by COPY: constant memory, whatever the number of policies.

Per policy: a quote and an application (and as many again that led nowhere, in part), three payments, the
contract; for three in ten a claim with head, clocks and decision; for some a ticket. Two policies share
a customer.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import psycopg

from storefront import clock
from storefront.catalog.bundle import ProductBundle
from storefront.crypto import REFERENCE_ALPHABET, check_character
from storefront.demo import people, rows
from storefront.demo.rows import TABLES, Line
from storefront.demo.samples import Person, Sample, person, sample

PORTION = 5_000
MOST_PEOPLE = 2_500
# How often each product is sold; one without a figure counts as one.
WEIGHTS = {
    "travel-accident": 30, "motor-compulsory": 25, "accident-year": 14, "medical-year": 12,
    "term-life": 9, "critical-illness": 5, "employers-liability": 3,
}  # fmt: skip


@dataclass
class Writer:
    """Lines of the tables that wait for COPY, and the ids and references given out."""

    connection: psycopg.Connection[Any]
    rng: random.Random
    next_id: dict[str, int]
    waiting: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in TABLES})

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

    def flush(self) -> None:
        """Writes everything that waits in one transaction, parents before children."""
        with self.connection.transaction(), self.connection.cursor() as cursor:
            for table, columns in TABLES.items():
                lines, self.waiting[table] = self.waiting[table], []
                if lines:
                    with cursor.copy(f"copy {table} ({', '.join(columns)}) from stdin") as copy:
                        copy.write("\n".join(lines) + "\n")


def load(
    connection: psycopg.Connection[Any],
    bundles: Sequence[ProductBundle],
    policies: int,
    now: datetime,
    tell: Callable[[int], None],
) -> None:
    """Adds so many policies with everything around them; `tell` is told how many are there.

    The connection commits by itself. Raises psycopg.Error; the portions before stay.
    """
    rng = random.Random(policies)  # noqa: S311 - fictional data, the same for the same number
    today = clock.local_date(now)
    everybody = list(_people(rng, policies))
    contracts = _contracts(rng, bundles, everybody, today)
    writer = Writer(connection, rng, _first_ids(connection))
    for number in range(policies):
        who, choices, weights = contracts[(number // 2) % len(contracts)]
        if number % 2 == 0:
            customer_id = rows.customer(writer, who, number, now)
        (drawn,) = rng.choices(choices, weights)
        rows.sale(writer, drawn, who, customer_id, now)
        if number % PORTION == PORTION - 1:
            writer.flush()
            tell(number + 1)
    writer.flush()
    _set_sequences(connection, writer.next_id)
    tell(policies)


def _people(rng: random.Random, policies: int) -> Iterator[Person]:
    wanted = min(max(policies // 20, 20), MOST_PEOPLE)
    first = rng.randrange(10_000_000)
    return (person(people.somebody(rng, first + number)) for number in range(wanted))


def _contracts(
    rng: random.Random, bundles: Sequence[ProductBundle], everybody: Sequence[Person], today: date
) -> list[tuple[Person, list[Sample], list[int]]]:
    """Each person with one contract of each product that can insure them."""
    found = []
    for who in everybody:
        drawn = [sample(bundle, who.somebody, rng, today) for bundle in bundles]
        possible = [item for item in drawn if item is not None]
        found.append((who, possible, [WEIGHTS.get(item.product, 1) for item in possible]))
    return found


def _first_ids(connection: psycopg.Connection[Any]) -> dict[str, int]:
    with_ids = [table for table, columns in TABLES.items() if columns[0] == "id"]
    return {
        table: connection.execute(f"select coalesce(max(id), 0) + 1 from {table}").fetchone()[0]  # type: ignore[index]  # noqa: S608
        for table in with_ids
    }


def _set_sequences(connection: psycopg.Connection[Any], next_id: dict[str, int]) -> None:
    for table, number in next_id.items():
        connection.execute(
            "select setval(pg_get_serial_sequence(%s, 'id'), %s, false)", (table, number)
        )
    connection.execute("analyze")


def _text(value: object) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, str):
        return value
    return str(value) if not isinstance(value, Decimal) else format(value, "f")
