"""Cover that begins later than applied for, because the premium came late, and meets a limit there (S-06)."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.applications import limits, service
from storefront.applications.decisions import queue
from storefront.applications.draft import open_draft
from storefront.audit.models import AuditEntry
from storefront.db import transaction
from storefront.worklist.models import WorkItem
from tests.applications.minors import journey, parent
from tests.people import CHILD
from tests.staff.people import log_in, make_member

PATH = "/staff/underwriting/"


@pytest.fixture
def ref(app: Flask, session: Session) -> str:
    """A journey whose cover began a week late, when a second one is under way."""
    with transaction() as writer:
        customer = parent(writer)
        first, second = (journey(writer, customer, 200_000, in_days=days) for days in (10, 17))
        for application in (first, second):
            draft = open_draft(writer, application, clock.now())
            assert draft.priced
            service.submit(writer, draft, str(draft.priced.total), "zh")
    begin(second.ref, days_late=0)
    begin(first.ref, days_late=7)
    return first.ref


def begin(ref: str, days_late: int) -> None:
    with transaction() as session:
        application = service.lock(session, service.by_ref(session, ref).id)
        service.mark_paid(session, application, clock.now())
        draft = open_draft(session, application, clock.now())
        begins_at, ends_at = service.period_of(draft) or (clock.now(), clock.now())
        late = timedelta(days=days_late)
        limits.begin(session, application, begins_at + late, ends_at + late, clock.now())


def test_an_underwriter_finds_it_and_closes_it_with_a_reason(
    session: Session, client: FlaskClient, ref: str
) -> None:
    item = session.scalars(select(WorkItem)).one()
    assert (item.kind, item.subject) == (limits.OVER_LIMIT, ref)
    desk = log_in(client, make_member(session, ["underwriter"]))
    assert [row.application.ref for row in queue.waiting(session, None, None)] == [ref]
    assert ref in desk.get(PATH).text
    assert ref in desk.get("/staff/").text
    page = desk.get(PATH + ref).text
    assert CHILD.name in page
    assert "200,000.00" in page
    assert desk.post(f"{PATH}{ref}/take").status_code == 303
    assert desk.post(f"{PATH}{ref}/over-limit", data={"reason": " "}).status_code == 422
    told = "The second journey is cancelled, the premium goes back."
    assert desk.post(f"{PATH}{ref}/over-limit", data={"reason": told}).status_code == 303
    session.expire_all()
    assert session.scalars(select(WorkItem)).one().closed_at is not None
    deed = select(AuditEntry).where(AuditEntry.action == "underwriting.over-limit")
    assert session.scalars(deed).one().reason == told
    assert "over-limit" not in desk.get(PATH + ref).text


def test_a_later_start_that_fits_makes_no_work(app: Flask, session: Session) -> None:
    with transaction() as writer:
        application = journey(writer, parent(writer), 200_000)
        draft = open_draft(writer, application, clock.now())
        assert draft.priced
        service.submit(writer, draft, str(draft.priced.total), "zh")
    begin(application.ref, days_late=7)
    assert session.scalars(select(WorkItem)).all() == []
