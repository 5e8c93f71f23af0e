"""A thousand chains, two hundred tamperings at random: each is found, and named where it was done."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from storefront import clock
from storefront.evidence import checking
from storefront.evidence.checking import Fault
from tests.evidence.chains import (
    days_ago,
    insert_row,
    make_anchor,
    past_the_triggers,
    rehash,
    replace_chain,
    rows_of,
    write_chain,
)

CHAINS, TAMPERINGS, DAYS = 1000, 200, 30
SEED = 20261124
OTHER = {
    "at": "at + interval '1 second'",
    "kind": "'page:other'",
    "actor": "'customer:2'",
    "content_sha256": "repeat('a', 64)",
    "details": "(select details from evidence_record where chain = 'A-spare' and position = 1)",
    "details_sha256": "repeat('b', 64)",
    "previous": "repeat('c', 64)",
    "digest": "repeat('d', 64)",
    "seal": "repeat('e', 64)",
    "retain_until": "retain_until - 1",
    "position": "position + 1000",
    "chain": "chain || '-elsewhere'",
}


@dataclass(frozen=True)
class Place:
    """Where a tampering has to be found."""

    chain: str | None = None
    position: int | None = None
    content: str | None = None
    day: date | None = None

    def is_named_by(self, fault: Fault) -> bool:
        if self.content:
            return fault.content == self.content
        if self.day:
            return fault.day == self.day and fault.chain is None
        return fault.chain == self.chain and self.position in (None, fault.position)


@dataclass(frozen=True)
class Hand:
    """Somebody with the rights of the database's owner, at work on one chain."""

    connection: Connection
    chance: random.Random
    chain: str

    def run(self, statement: str, **values: Any) -> Any:
        return self.connection.execute(text(statement), {"chain": self.chain, **values})

    def rows(self) -> list[dict[str, Any]]:
        return rows_of(self.connection, self.chain)

    def somewhere(self, rows: list[dict[str, Any]]) -> int:
        return self.chance.randrange(len(rows))


def change_column(hand: Hand) -> Place:
    column = hand.chance.choice(sorted(OTHER))
    position = hand.somewhere(hand.rows()) + 1
    hand.run(
        f"update evidence_record set {column} = {OTHER[column]}"  # noqa: S608
        " where chain = :chain and position = :position",
        position=position,
    )
    return Place(hand.chain, position)


def remove(hand: Hand) -> Place:
    rows = hand.rows()
    place = hand.chance.choice([0, len(rows) // 2, len(rows) - 1])
    hand.run("delete from evidence_record where chain = :chain and position = :p", p=place + 1)
    return Place(hand.chain, place + 1)


def remove_newest(hand: Hand) -> Place:
    rows = hand.rows()
    kept = hand.chance.randrange(1, len(rows))
    hand.run("delete from evidence_record where chain = :chain and position > :p", p=kept)
    return Place(hand.chain, len(rows))  # where it was anchored


def add_at_end(hand: Hand) -> Place:
    rows = hand.rows()
    rows.append({**rows[hand.somewhere(rows)], "kind": "confirmed:exclusions"})
    rehash(rows, len(rows) - 1, with_key=False)
    insert_row(hand.connection, rows[-1])
    return Place(hand.chain, len(rows))


def add_between(hand: Hand) -> Place:
    rows = hand.rows()
    place = hand.somewhere(rows)
    rows.insert(place, dict(rows[place - 1]))
    for number, row in enumerate(rows, 1):
        row["position"] = number
    replace_chain(hand.connection, hand.chain, rows)
    return Place(hand.chain, place + 1)


def reorder(hand: Hand) -> Place:
    rows = hand.rows()
    one, other = sorted(hand.chance.sample(range(len(rows)), 2))
    rows[one]["position"], rows[other]["position"] = other + 1, one + 1
    replace_chain(hand.connection, hand.chain, rows)
    return Place(hand.chain, one + 1)


def swap_with_another_chain(hand: Hand) -> Place:
    rows, spare = hand.rows(), rows_of(hand.connection, "A-spare")
    place = hand.chance.randrange(min(len(rows), len(spare)))
    rows[place] = {**spare[place], "chain": hand.chain}
    replace_chain(hand.connection, hand.chain, rows)
    return Place(hand.chain, place + 1)


def rebuild_tail(hand: Hand) -> Place:
    rows = hand.rows()
    place = hand.somewhere(rows)
    rows[place]["kind"] = "page:never-shown"
    rehash(rows, place, with_key=False)
    replace_chain(hand.connection, hand.chain, rows)
    return Place(hand.chain, place + 1)


def rebuild_tail_with_our_key(hand: Hand) -> Place:
    rows = hand.rows()
    place = hand.somewhere(rows)
    rows[place]["actor"] = "customer:2"
    rehash(rows, place, with_key=True)
    replace_chain(hand.connection, hand.chain, rows)
    return Place(hand.chain, len(rows))  # only the anchor knows: that is where it was anchored


def remove_chain(hand: Hand) -> Place:
    hand.run("delete from evidence_record where chain = :chain")
    return Place(hand.chain)


def change_content(hand: Hand) -> Place:
    own = [row for row in hand.rows() if row["kind"] in ("page:0", "page:3")]
    shown = hand.chance.choice(own)
    body = "(select body from evidence_content where sha256 <> :s order by sha256 limit 1)"
    statement = hand.chance.choice(
        [f"update evidence_content set body = {body} where sha256 = :s",  # noqa: S608
         "update evidence_content set body = 'nothing' where sha256 = :s",
         "delete from evidence_content where sha256 = :s"]
    )  # fmt: skip
    hand.run(statement, s=shown["content_sha256"])
    return Place(content=shown["content_sha256"])


CHAIN_DEEDS: tuple[Callable[[Hand], Place], ...] = (
    change_column, change_column, change_column, remove, remove_newest, add_at_end, add_between,
    reorder, swap_with_another_chain, rebuild_tail, rebuild_tail_with_our_key, remove_chain,
    change_content,
)  # fmt: skip
ANCHOR_DEEDS = (
    "update evidence_anchor set root = repeat('f', 64) where day = :day",
    "update evidence_anchor set at = at - interval '1 hour' where day = :day",
    "update evidence_anchor set through = through - 1 where day = :day",
    "update evidence_anchor set seal = repeat('0', 64) where day = :day",
    "update evidence_anchor set chains = chains + 1 where day = :day",
    "delete from evidence_anchor where day = :day",
    "delete from evidence_anchored_head where chain = (select min(chain) from evidence_anchored_head"
    " where day = :day)",
    "insert into evidence_anchored_head (day, chain, position, digest)"
    " values (:day, 'A-spare', 900, repeat('1', 64))",
)


@pytest.fixture
def anchored(session: Session) -> list[date]:
    """A thousand applications over thirty days, each day with its anchor; gives the days."""
    days = []
    for day in range(DAYS):
        at = days_ago(DAYS - day)
        for number in range(day, CHAINS, DAYS):
            write_chain(f"A{number:04}", 4, at)
        for number in range(day - 1, CHAINS, DAYS):  # go on the day after
            if day:
                write_chain(f"A{number:04}", 3, at, first=4)
        write_chain("A-spare", 1, at, first=day)
        days.append(make_anchor(at))
    return days


@pytest.mark.rule("E-01")
def test_every_tampering_is_found_where_it_was_done(session: Session, anchored: list[date]) -> None:
    chance = random.Random(SEED)
    assert found(session) == []
    places = tamper(chance, anchored)
    assert len(places) == TAMPERINGS

    began = time.perf_counter()
    faults = found(session)
    seconds = time.perf_counter() - began

    unnamed = [place for place in places if not any(map(place.is_named_by, faults))]
    assert unnamed == []
    touched = {place.chain for place in places} | {"A-spare"}
    contents = {place.content for place in places}
    days = {place.day for place in places}
    blamed_wrongly = [
        str(fault)
        for fault in faults
        if not (
            (fault.chain or "").removesuffix("-elsewhere") in touched
            or fault.content in contents
            or (fault.chain is None and fault.day in days)
        )
    ]
    assert blamed_wrongly == []
    assert seconds < 20


def tamper(chance: random.Random, days: list[date]) -> list[Place]:
    """Two hundred deeds, each on a chain or an anchor of its own."""
    places = []
    names = [f"A{number:04}" for number in range(CHAINS)]
    chance.shuffle(names)
    tampered_days = days[1::4]
    with past_the_triggers() as connection:
        for number, day in enumerate(tampered_days):
            connection.execute(text(ANCHOR_DEEDS[number]), {"day": day})
            places.append(Place(day=day))
        for number in range(TAMPERINGS - len(tampered_days)):
            deed = CHAIN_DEEDS[number % len(CHAIN_DEEDS)]
            places.append(deed(Hand(connection, chance, names[number])))
    return places


def found(session: Session) -> list[Fault]:
    """What the check finds."""
    session.rollback()
    session.connection(execution_options=checking.SNAPSHOT)
    faults = checking.distinct(checking.faults(session, clock.now() + timedelta(hours=1)))
    session.rollback()
    return faults


@pytest.mark.rule("E-01")
def test_the_command_names_a_removed_chain(app: Flask, session: Session) -> None:
    write_chain("A0LOST", 3, days_ago(1))
    day = make_anchor(days_ago(1))
    with past_the_triggers() as connection:
        connection.execute(text("delete from evidence_record"))
        connection.execute(text("delete from evidence_content"))

    answer = app.test_cli_runner().invoke(args=["evidence", "verify"])

    assert answer.exit_code == 1
    assert f"chain A0LOST, anchor of {day}: all its records are missing" in answer.output
