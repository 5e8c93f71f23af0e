"""Anchors fix the ends of chains; a chain goes only after its retention, and its going stays on record."""

import threading
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storefront import clock
from storefront.audit.models import AuditEntry
from storefront.db import db, transaction
from storefront.errors import Refused
from storefront.evidence import anchors, checking, jobs, removal, service
from storefront.evidence.service import Happening
from storefront.worklist import kinds
from storefront.worklist.models import WorkItem
from tests.evidence.chains import (
    days_ago,
    insert_row,
    make_anchor,
    past_the_triggers,
    write_chain,
)
from tests.staff.people import log_in, make_member

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


@pytest.mark.rule("E-01")
@pytest.mark.parametrize(
    "afterwards",
    [
        "select 1",
        "delete from evidence_end where chain = 'A1'",
        "update evidence_end set position = 3 where chain = 'A1'",
        "update evidence_end set position = 3, seal = (select seal from evidence_record"
        " where chain = 'A1' and position = 3) where chain = 'A1'",
        "delete from evidence_record where chain = 'A1'",
    ],
)
def test_records_taken_off_an_end_are_found_before_any_anchor(
    session: Session, afterwards: str
) -> None:
    write_chain("A1", 5, days_ago(0))
    write_chain("A2", 2, days_ago(0))
    assert faults(session) == []
    with past_the_triggers() as connection:
        connection.execute(text("delete from evidence_record where chain = 'A1' and position > 3"))
        connection.execute(text(afterwards))

    found = [fault for fault in faults(session) if "belongs to no record" not in fault]
    assert len(found) == 1
    assert found[0].startswith("chain A1")
    assert [str(fault) for fault in checking.faults_in_chain(session, "A1")] == found
    assert checking.faults_in_chain(session, "A2") == []


@pytest.mark.rule("E-01")
@pytest.mark.parametrize(
    "statement",
    [
        "update evidence_end set position = 1",
        "update evidence_end set seal = ''",
        "delete from evidence_end",
        "truncate evidence_end",
    ],
)
def test_an_end_only_moves_on(session: Session, statement: str) -> None:
    write_chain("A1", 2, days_ago(0))
    with pytest.raises(IntegrityError), transaction():
        session.execute(text(statement))


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


def open_work(session: Session) -> list[tuple[str, str]]:
    session.expire_all()
    items = session.query(WorkItem).where(WorkItem.closed_at.is_(None)).order_by(WorkItem.id)
    return [(item.subject, item.permission) for item in items]


def test_a_fault_becomes_work_until_it_is_mended(session: Session) -> None:
    write_chain("A1", 2, days_ago(0))
    write_chain("A2", 2, days_ago(0))
    jobs.anchor.func()
    with past_the_triggers() as connection:
        lost = connection.execute(text("select * from evidence_record where position = 2")).all()
        connection.execute(text("delete from evidence_record where position = 2"))
        connection.execute(text("update evidence_anchor set chains = 9"))

    jobs.verify.func()
    jobs.verify.func()

    places = [(place, "evidence.faults") for place in ("A1", "A2", "anchors")]
    assert sorted(open_work(session)) == places

    with past_the_triggers() as connection:
        for row in lost:
            insert_row(connection, row._mapping)
    jobs.verify.func()
    assert open_work(session) == places[2:]


def test_what_was_found_is_seen_and_dealt_with_by_compliance(
    app: Flask, session: Session, client: FlaskClient
) -> None:
    write_chain("A1", 3, days_ago(0))
    with past_the_triggers() as connection:
        connection.execute(text("delete from evidence_record where position = 2"))
        connection.execute(text("update evidence_content set body = '' where sha256 like '%0'"))
        connection.execute(text("insert into evidence_content values ('odd', '')"))
    jobs.verify.func()
    for name in ("underwriter", "administrator"):
        other = log_in(app.test_client(), make_member(session, [name]))
        assert other.get("/staff/evidence/faults/").status_code == 403
    log_in(client, make_member(session, ["compliance"]))
    item = session.query(WorkItem).where(WorkItem.subject == "anchors").one()
    with app.test_request_context():
        address = kinds.page_of(item)
    assert address

    page = client.get(address).text
    assert "A1" in page
    assert "record 2: is missing" in page
    hasty = client.post("/staff/evidence/faults/", data={"subject": "A1", "reason": " "})
    assert hasty.status_code == 422
    done = {"subject": "A1", "reason": "Put back from the copy of last night."}
    assert client.post("/staff/evidence/faults/", data=done).status_code == 303

    assert [subject for subject, _permission in open_work(session)] == ["anchors"]
    entry = session.query(AuditEntry).where(AuditEntry.action == "evidence.fault").one()
    assert (entry.subject, entry.reason) == ("A1", done["reason"])


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
