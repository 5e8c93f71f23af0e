"""Home: one's own work, what may be taken, the most overdue first; the team's work."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.audit.models import AuditEntry
from storefront.db import transaction
from storefront.worklist import kinds, queue
from storefront.worklist import service as worklist
from storefront.worklist.models import WorkItem
from tests.staff.people import Colleague, make_member, second_browser
from tests.staff.work import make_work


@pytest.fixture
def agent(session: Session) -> Colleague:
    """Somebody of the support."""
    return make_member(session, ["support"], name="Agent")


@pytest.fixture
def home(app: Flask, agent: Colleague) -> FlaskClient:
    """The browser of that member."""
    return second_browser(app, agent)


def subject_of(session: Session, item_id: int) -> str:
    return session.get_one(WorkItem, item_id).subject


@pytest.mark.parametrize(
    ("ago", "shown"),
    [
        (timedelta(days=13, hours=23), "waits 13 days"),
        (timedelta(hours=25), "waits 1 day"),
        (timedelta(hours=5, minutes=59), "waits 5 hours"),
        (timedelta(minutes=1), "waits 1 minute"),
    ],
)
def test_work_says_how_long_it_has_waited(
    home: FlaskClient, session: Session, ago: timedelta, shown: str
) -> None:
    item_id = make_work(session)
    with transaction():
        session.get_one(WorkItem, item_id).opened_at = clock.now() - ago
    assert f">{shown}<" in home.get("/staff/").text


def test_overdue_work_stands_first_and_says_so(home: FlaskClient, session: Session) -> None:
    now = clock.now()
    later = subject_of(session, make_work(session, due_at=now + timedelta(days=5)))
    overdue = subject_of(session, make_work(session, due_at=now - timedelta(hours=1)))

    page = home.get("/staff/").text

    assert page.index(overdue) < page.index(later)
    assert "Overdue since" in page
    assert "1 overdue" in page


def test_only_what_one_may_do_is_offered(
    home: FlaskClient, session: Session, agent: Colleague
) -> None:
    offered = subject_of(session, make_work(session, "tickets"))
    foreign = subject_of(session, make_work(session, "underwriting"))
    barred = make_work(session, "complaints", barred_id=agent.id)

    page = home.get("/staff/").text

    assert offered in page
    assert foreign not in page
    assert subject_of(session, barred) not in page
    assert home.post(f"/staff/work/{barred}/take").status_code == 403


def test_work_is_taken_by_one_and_given_back(
    home: FlaskClient, app: Flask, session: Session, agent: Colleague
) -> None:
    item_id = make_work(session)
    other = second_browser(app, make_member(session, ["support"]))

    assert home.post(f"/staff/work/{item_id}/take").status_code == 303
    assert home.post(f"/staff/work/{item_id}/take").status_code == 303  # pressed twice
    assert other.post(f"/staff/work/{item_id}/take").status_code == 409
    assert other.post(f"/staff/work/{item_id}/give-back").status_code == 403
    session.expire_all()
    assert session.get_one(WorkItem, item_id).assignee_id == agent.id
    assert subject_of(session, item_id) not in other.get("/staff/").text

    assert home.post(f"/staff/work/{item_id}/give-back").status_code == 303
    assert subject_of(session, item_id) in other.get("/staff/").text


def test_work_leads_to_its_page_where_there_is_one(home: FlaskClient, session: Session) -> None:
    kinds.register("test.page", "Look at a member", "staff.member", "member_id")
    kinds.register("test.nowhere", "Not built", "nothing.there", "ref")
    subject = make_work(session, kind="test.page")
    make_work(session, kind="test.nowhere")
    with transaction():
        session.get_one(WorkItem, subject).subject = "7"

    page = home.get("/staff/").text

    assert '<a href="/staff/members/7">Look at a member</a>' in page
    assert "Not built" in page
    answer = home.post(f"/staff/work/{subject}/take")
    assert answer.location == "/staff/members/7"


def test_a_new_reply_is_marked_until_the_work_is_opened(
    home: FlaskClient, session: Session
) -> None:
    item_id = make_work(session)
    home.post(f"/staff/work/{item_id}/take")
    with transaction():
        worklist.note_unread(session, "test.work", subject_of(session, item_id))
    assert "New reply" in home.get("/staff/").text
    assert "1 new replies" in home.get("/staff/").text

    home.post(f"/staff/work/{item_id}/take")

    assert "New reply" not in home.get("/staff/").text


def test_long_queues_are_read_page_by_page_and_completely(
    session: Session, agent: Colleague
) -> None:
    due = clock.now()
    made = {make_work(session, "tickets", due_at=due) for _ in range(4)}
    made |= {make_work(session, "complaints", due_at=due + timedelta(days=1)) for _ in range(3)}
    seen: list[int] = []
    after = None
    for _ in range(4):
        page = queue.waiting_for(session, agent.member, after=after, limit=2)
        seen += [item.id for item in page.items]
        after = page.after

    assert after is None
    assert len(seen) == len(set(seen)) == 7
    assert set(seen) == made
    assert queue.waiting_for(session, agent.member, after="nonsense", limit=9).after is None


def test_kinds_are_counted_and_filter_the_list(home: FlaskClient, session: Session) -> None:
    kept = subject_of(session, make_work(session, kind="test.one"))
    other = subject_of(session, make_work(session, kind="test.two"))

    page = home.get("/staff/work?kind=test.one").text

    assert kept in page
    assert other not in page


class TestTeam:
    """Who leads the team sees everybody's work and gives it to others."""

    @pytest.fixture
    def lead(self, app: Flask, session: Session) -> FlaskClient:
        """The browser of a manager."""
        return second_browser(app, make_member(session, ["manager"]))

    def test_everybody_has_a_line(
        self, lead: FlaskClient, home: FlaskClient, session: Session
    ) -> None:
        home.post(f"/staff/work/{make_work(session)}/take")
        make_work(session, "underwriting", due_at=clock.now() - timedelta(days=1))

        page = " ".join(lead.get("/staff/team").text.split())

        assert re.search(r">Agent</a></th>\s*<td[^>]*>1</td>", page)
        assert re.search(r"Nobody has taken it</a></th>\s*<td[^>]*>1</td>", page)

    def test_work_is_given_to_who_may_do_it(
        self, lead: FlaskClient, session: Session, agent: Colleague
    ) -> None:
        item_id = make_work(session)
        other = make_member(session, ["underwriter"], name="Elsewhere")
        page = lead.get("/staff/team/work").text
        assert f'<option value="{agent.id}">Agent</option>' in page
        assert "Elsewhere" not in page

        wrong = lead.post(f"/staff/team/work/{item_id}", data={"to": str(other.id)})
        assert wrong.status_code == 403
        lead.post(f"/staff/team/work/{item_id}", data={"to": str(agent.id)})

        session.expire_all()
        assert session.get_one(WorkItem, item_id).assignee_id == agent.id
        assert subject_of(session, item_id) in lead.get(f"/staff/team/work?member={agent.id}").text
        entry = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "work.hand-over")
        ).one()
        assert (entry.before, entry.after) == ({"assignee": None}, {"assignee": agent.id})

    def test_it_goes_back_to_the_queue(
        self, lead: FlaskClient, home: FlaskClient, session: Session
    ) -> None:
        item_id = make_work(session)
        home.post(f"/staff/work/{item_id}/take")

        lead.post(f"/staff/team/work/{item_id}", data={"to": ""})

        session.expire_all()
        assert session.get_one(WorkItem, item_id).assignee_id is None

    def test_only_the_lead_may(self, home: FlaskClient, session: Session) -> None:
        assert home.get("/staff/team").status_code == 403
        assert home.post(f"/staff/team/work/{make_work(session)}").status_code == 403


def test_what_one_has_of_a_kind_stands_in_its_list(home: FlaskClient, session: Session) -> None:
    item_id = make_work(session, kind="test.one")
    subject = subject_of(session, item_id)
    home.post(f"/staff/work/{item_id}/take")

    page = home.get("/staff/work?kind=test.one").text

    assert subject in page
    assert f"/staff/work/{item_id}/give-back" in page
    assert subject not in home.get("/staff/work").text
    assert home.get("/staff/work?kind=test.one&endpoint=x&_external=1").status_code == 200
