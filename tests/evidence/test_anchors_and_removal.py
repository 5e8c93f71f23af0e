"""Anchors fix the ends of chains; a chain goes only after its retention, and its going stays on record."""

import threading
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storefront import clock
from storefront.db import db, transaction
from storefront.errors import Refused
from storefront.evidence import anchors, checking, jobs, removal, service
from storefront.evidence.service import Happening
from storefront.worklist.models import WorkItem
from tests.evidence.chains import days_ago, make_anchor, past_the_triggers, write_chain

YESTERDAY = clock.local_date(days_ago(1))


def faults(session: Session) -> list[str]:
    session.rollback()
    return [str(fault) for fault in checking.distinct(checking.faults(session, clock.now()))]


@pytest.mark.rule("E-01")
def test_an_anchor_covers_what_grew_since_the_one_before(session: Session) -> None:
    write_chain("A1", 2, days_ago(2))
    write_chain("A2", 2, days_ago(2))
    make_anchor(days_ago(2))
    write_chain("A2", 1, days_ago(1), first=2)
    make_anchor(days_ago(1))

    rows = session.execute(
        text("select day, chain, position from evidence_anchored_head order by day, chain")
    )

    assert [(row.chain, row.position) for row in rows] == [("A1", 2), ("A2", 2), ("A2", 3)]
    assert faults(session) == []


def test_a_day_has_one_anchor(session: Session) -> None:
    write_chain("A1", 1, days_ago(0))
    first = make_anchor(days_ago(0))
    write_chain("A1", 1, days_ago(0), first=1)

    assert make_anchor(days_ago(0)) == first
    assert session.scalar(text("select count(*) from evidence_anchor")) == 1


def test_an_anchor_waits_for_records_that_are_not_committed_yet(
    app: Flask, session: Session
) -> None:
    """Otherwise a record with a lower number, committed later, would never be anchored."""
    write_chain("A1", 1, days_ago(1))
    with db.engine.connect() as other:
        other.execute(text("select * from evidence_head('A-slow', null)"))
        made: list[date] = []

        def run() -> None:
            with app.app_context():
                made.append(make_anchor(days_ago(1)))

        thread = threading.Thread(target=run)
        thread.start()
        thread.join(0.4)
        waited = not made
        other.rollback()
        thread.join(10)
    assert waited
    assert made


def test_a_missing_anchor_is_reported_after_two_days(session: Session) -> None:
    write_chain("A1", 1, days_ago(3))
    assert faults(session) == ["chain A1, record 1: is not anchored after two days"]


def test_a_digest_kept_elsewhere_proves_a_removed_anchor(app: Flask, session: Session) -> None:
    write_chain("A1", 1, days_ago(0))
    with transaction():
        digest = anchors.anchor(session, clock.now()).digest
    runner = app.test_cli_runner()
    assert runner.invoke(args=["evidence", "verify", "--anchor", digest]).exit_code == 0
    with past_the_triggers() as connection:
        connection.execute(text("delete from evidence_anchor"))
        connection.execute(text("delete from evidence_anchored_head"))

    assert runner.invoke(args=["evidence", "verify"]).exit_code == 0
    assert runner.invoke(args=["evidence", "verify", "--anchor", digest]).exit_code == 1


def test_a_fault_becomes_work_for_compliance(session: Session) -> None:
    write_chain("A1", 2, days_ago(0))
    jobs.anchor.func()
    with past_the_triggers() as connection:
        connection.execute(text("delete from evidence_record where position = 2"))

    jobs.verify.func()

    work = session.query(WorkItem).one()
    assert (work.kind, work.subject, work.permission) == ("evidence.fault", "A1", "audit")


@pytest.mark.rule("E-03")
def test_a_chain_is_kept_as_long_as_its_longest_record(session: Session) -> None:
    write_chain("A1", 2, days_ago(10), until=YESTERDAY)
    later = clock.local_date(clock.now()) + timedelta(days=400)
    with transaction():
        service.prolong(session, "A1", later, "policy", clock.now())
        service.prolong(session, "A1", YESTERDAY, "never shorter", clock.now())

    assert service.retained_until(session, "A1") == later
    with pytest.raises(Refused), transaction():
        removal.remove(session, "A1", "test", clock.now())


@pytest.mark.rule("E-03")
def test_an_expired_chain_goes_and_its_going_stays(session: Session) -> None:
    write_chain("A1", 4, days_ago(1), until=YESTERDAY)
    write_chain("A2", 4, days_ago(1))
    make_anchor(days_ago(1))
    assert removal.expired(session, clock.local_date(clock.now()), 10) == [("A1", YESTERDAY)]

    with transaction():
        assert removal.remove(session, "A1", "staff:1", clock.now()) == 4

    assert session.scalar(text("select count(*) from evidence_record where chain = 'A1'")) == 0
    # What A1 alone had shown is gone, what it shared with A2 is not.
    assert session.scalar(text("select count(*) from evidence_content")) == 4
    assert session.scalar(text("select actor from evidence_removal")) == "staff:1"
    assert faults(session) == []
    write_chain("A1", 1, days_ago(0))  # begins anew where it ended
    assert faults(session) == []


@pytest.mark.rule("E-03")
@pytest.mark.parametrize(
    "statement",
    [
        "delete from evidence_record where chain = 'A1'",
        "select evidence_remove('A1')",
        "insert into evidence_removal (chain, position, digest, retain_until, at, actor, seal)"
        " values ('A1', 3, '', current_date - 1, now(), 'me', '')",
        "delete from evidence_content",
    ],
)
def test_the_database_refuses_before_the_retention_is_over(
    session: Session, statement: str
) -> None:
    write_chain("A1", 2, days_ago(1), until=YESTERDAY)
    write_chain("A1", 1, days_ago(1), first=2)  # kept long
    with pytest.raises(IntegrityError), transaction():
        session.execute(text(statement))


@pytest.mark.rule("E-01")
def test_a_forged_removal_does_not_hide_a_lost_chain(session: Session) -> None:
    write_chain("A1", 2, days_ago(0))
    make_anchor(days_ago(0))
    with past_the_triggers() as connection:
        connection.execute(
            text(
                "insert into evidence_removal (chain, position, digest, retain_until, at, actor, seal)"
                " select chain, position, digest, retain_until, at, actor, seal"
                " from evidence_record where position = 2"
            )
        )
        connection.execute(text("delete from evidence_record"))
        connection.execute(text("delete from evidence_content"))

    assert faults(session) == ["chain A1, record 2: the entry of its removal is not ours"]


def test_two_who_append_to_one_chain_at_once_both_stand(app: Flask, session: Session) -> None:
    def append(number: int) -> None:
        with app.app_context():
            for turn in range(10):
                with transaction() as own:
                    happening = Happening("A1", "page", f"customer:{number}", f"text {turn}")
                    service.record(own, happening, clock.now(), YESTERDAY)

    threads = [threading.Thread(target=append, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert session.scalar(text("select max(position) from evidence_record")) == 40
    assert faults(session) == []
