"""Chains for tests, and hands that reach past the triggers as somebody with the database's rights could."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, text

from storefront import clock
from storefront.db import db, transaction
from storefront.evidence import anchors, digests, service
from storefront.evidence.service import Happening

KEPT_UNTIL = date(2099, 12, 31)
COLUMNS = (
    "chain, position, at, kind, actor, content_sha256, details, details_sha256, previous, digest,"
    " seal, retain_until"
)


def write_chain(
    chain: str, length: int, began: datetime, until: date = KEPT_UNTIL, first: int = 0
) -> None:
    """Records as those of an application: every third one shows a text of its own, others a common one."""
    with transaction() as session:
        for number in range(first, first + length):
            content = f"page {number} of {chain}" if number % 3 == 0 else f"clauses {number}"
            happening = Happening(
                chain, f"page:{number}", "customer:1", content, {"number": number, "of": chain}
            )
            service.record(session, happening, began + timedelta(seconds=number), until)


def make_anchor(at: datetime) -> date:
    """An anchor as the job makes it."""
    with transaction() as session:
        return anchors.anchor(session, at).day


def days_ago(days: int) -> datetime:
    """The present moment of an earlier day."""
    return clock.now() - timedelta(days=days)


@contextmanager
def past_the_triggers() -> Iterator[Connection]:
    """A connection for which no trigger fires."""
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.execute(text("set session_replication_role = replica"))
        yield connection
        connection.execute(text("set session_replication_role = origin"))
    db.session.expire_all()


def rows_of(connection: Connection, chain: str) -> list[dict[str, Any]]:
    """The records of a chain as they are stored."""
    found = connection.execute(
        text(f"select {COLUMNS} from evidence_record where chain = :chain order by position"),  # noqa: S608
        {"chain": chain},
    )
    return [dict(row) for row in found.mappings()]


def replace_chain(connection: Connection, chain: str, rows: list[dict[str, Any]]) -> None:
    """Puts other records in the place of a chain's own."""
    connection.execute(text("delete from evidence_record where chain = :c"), {"c": chain})
    for row in rows:
        insert_row(connection, row)


def insert_row(connection: Connection, row: Mapping[str, Any]) -> None:
    """One record as it is given."""
    names = [f":{name.strip()}" for name in COLUMNS.split(",")]
    connection.execute(
        text(f"insert into evidence_record ({COLUMNS}) values ({', '.join(names)})"),  # noqa: S608
        row,
    )


def rehash(rows: list[dict[str, Any]], start: int, *, with_key: bool) -> None:
    """Gives the records from `start` on positions and digests that fit; seals only with our key."""
    for place in range(start, len(rows)):
        row = rows[place]
        row["position"] = place + 1
        row["previous"] = rows[place - 1]["digest"] if place else digests.START
        row["digest"] = digests.of_fields(
            row["chain"], row["position"], digests.moment(row["at"]), row["kind"], row["actor"],
            row["content_sha256"] or "", row["details_sha256"], row["previous"],
            row["retain_until"],
        )  # fmt: skip
        if with_key:
            row["seal"] = digests.seal("record", row["digest"])
