"""The audit: found by member, action, subject and day; read page by page; never changed."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from storefront import clock
from storefront.audit import search
from storefront.audit import service as audit
from storefront.audit.models import AuditEntry
from storefront.db import transaction
from tests.staff.people import Colleague, make_member


@pytest.fixture
def entries(session: Session, colleague: Colleague) -> None:
    """Three deeds of two people on two days."""
    other = make_member(session, ["support"], name="Other")
    now = clock.now()
    with transaction():
        changed = audit.Deed(
            "customers.edit",
            "customer",
            "17",
            "called in",
            before={"mobile": "13800000000", "city": "X"},
            after={"mobile": "13900000000", "city": "X"},
        )
        audit.record(session, colleague.id, changed, now)
        audit.record(session, other.id, audit.Deed("customers.read", "customer", "18"), now)
        read = audit.Deed("claims.read", "claim", "C1")
        audit.record(session, None, read, now - timedelta(days=3))


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", {"17", "18", "C1"}),
        ("action=customers.read", {"18"}),
        ("subject=17", {"17"}),
        ("member=1", {"17"}),
        ("from={today}", {"17", "18"}),
        ("to={before}", {"C1"}),
        ("action=nothing&member=x&from=nonsense", set()),
    ],
)
def test_entries_are_found(desk: FlaskClient, entries: None, query: str, shown: set[str]) -> None:
    today = clock.local_date(clock.now())
    before = today - timedelta(days=1)

    page = desk.get(f"/staff/audit?{query.format(today=today, before=before)}").text

    found = {name for name in ("17", "18", "C1") if f'<span lang="en">{name}</span>' in page}
    assert found == shown


def test_an_entry_shows_only_what_differs_and_looking_is_recorded(
    desk: FlaskClient, entries: None, session: Session
) -> None:
    entry = session.scalars(select(AuditEntry).where(AuditEntry.subject == "17")).one()

    page = desk.get(f"/staff/audit/{entry.id}").text

    assert "13800000000" in page
    assert "13900000000" in page
    assert "city" not in page
    assert "called in" in page
    last = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert (last.action, last.subject) == ("audit.read", str(entry.id))
    assert desk.get("/staff/audit/999").status_code == 404


def test_pages_follow_each_other_without_gaps(session: Session) -> None:
    with transaction():
        for number in range(search.PAGE + 7):
            audit.record(session, None, audit.Deed("x.y", "thing", str(number)), clock.now())

    first, after = search.find(session, search.Filters())
    second, end = search.find(session, search.Filters(), after)

    assert end is None
    subjects = [int(entry.subject) for entry in [*first, *second]]
    assert subjects == list(range(search.PAGE + 6, -1, -1))


@pytest.mark.parametrize(
    "statement", ["update audit_entry set action = ''", "delete from audit_entry",
                  "truncate audit_entry"],
)  # fmt: skip
def test_nothing_is_ever_changed_or_removed(
    session: Session, entries: None, statement: str
) -> None:
    with pytest.raises(DBAPIError, match="never changed"), transaction():
        session.execute(text(statement))


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "nonsense"])
def test_days_of_no_calendar_are_ignored(desk: FlaskClient, entries: None, day: str) -> None:
    assert desk.get(f"/staff/audit?from={day}&to={day}").status_code == 200
    assert desk.get(f"/staff/lists/customers?from={day}&to={day}").status_code == 200
