"""Inviting somebody, giving roles with two people, and what happens when somebody leaves."""

import re
from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from time_machine import travel

from storefront import clock
from storefront.audit.models import AuditEntry
from storefront.db import transaction, violated
from storefront.mail import Mail
from storefront.staff import approvals
from storefront.staff.models import Approval, StaffMember
from storefront.worklist import service as worklist
from storefront.worklist.models import WorkItem
from tests.staff.people import PASSWORD, Colleague, log_in, make_member, second_browser
from tests.staff.work import make_work

NEW = "new@agency.example.com"
INVITATION = {"name": "New", "email": NEW, "roles": ["support"], "reason": "starts on Monday"}


@pytest.fixture
def other_admin(app: Flask, session: Session) -> FlaskClient:
    """The browser of a second administrator."""
    return second_browser(app, make_member(session, ["administrator"]))


def link_of(session: Session) -> str:
    """The path of the last invitation."""
    mail = session.scalars(select(Mail).order_by(Mail.id.desc()).limit(1)).one()
    return re.sub(r"^https?://[^/]+", "", mail.context["link"])


def row_of(session: Session, email: str = NEW) -> StaffMember:
    session.expire_all()
    return session.scalars(select(StaffMember).where(StaffMember.email == email)).one()


def accept(browser: FlaskClient, link: str) -> str:
    """Goes through an invitation and gives the last page."""
    answer = browser.post(link, data={"password": PASSWORD, "repeat": PASSWORD})
    assert answer.location == "/staff/login/set-up", answer.text
    page = browser.get(answer.location).text
    key = re.search(r'id="totp-key">([A-Z2-7 ]+)<', page)
    assert key
    code = pyotp.TOTP(key[1].replace(" ", "")).at(clock.now())
    return browser.post(answer.location, data={"code": code}).text


def test_somebody_is_invited_and_gets_the_roles_from_two_people(
    app: Flask, desk: FlaskClient, other_admin: FlaskClient, session: Session
) -> None:
    assert desk.post("/staff/members/invite", data=INVITATION).status_code == 303
    link = link_of(session)
    browser = app.test_client()
    browser.set_cookie("language", "en")
    assert "Welcome, New" in browser.get(link).text

    assert "recovery codes" in accept(browser, link)

    assert browser.get("/staff/").status_code == 200
    assert row_of(session).roles == []
    assert browser.get("/staff/payments/held").status_code == 403
    approval = session.scalars(select(Approval)).one()
    assert desk.post(f"/staff/approvals/{approval.id}/approve").status_code == 403
    assert "Change of roles" in other_admin.get("/staff/").text
    other_admin.post(f"/staff/approvals/{approval.id}/approve")
    assert row_of(session).roles == ["support"]
    assert browser.get("/staff/payments/held").status_code == 200  # at once
    assert "Change of roles" not in other_admin.get("/staff/").text


def test_an_invitation_works_once_and_for_72_hours(
    app: Flask, desk: FlaskClient, session: Session
) -> None:
    desk.post("/staff/members/invite", data=INVITATION)
    first = link_of(session)
    browser = app.test_client()
    browser.set_cookie("language", "en")
    with travel(clock.now() + timedelta(hours=73)):
        assert browser.get(first).status_code == 404
    desk.post(f"/staff/members/{row_of(session).id}/invite")
    second = link_of(session)
    assert browser.get(first).status_code == 404  # a newer one took its place

    accept(browser, second)

    assert browser.get(second).status_code == 404
    assert browser.get(f"{second}x").status_code == 404


@pytest.mark.parametrize("password", ["short", "password123", "new new new new"])
def test_a_weak_password_is_not_taken(desk: FlaskClient, session: Session, password: str) -> None:
    desk.post("/staff/members/invite", data=INVITATION)

    data = {"password": password, "repeat": password if password != "new new new new" else "x"}
    assert desk.post(link_of(session), data=data).status_code == 422

    assert row_of(session).password_hash == ""


def test_a_new_invitation_replaces_password_app_and_logins(
    app: Flask, desk: FlaskClient, session: Session
) -> None:
    colleague = make_member(session, ["support"])
    browser = second_browser(app, colleague)
    desk.post(f"/staff/members/{colleague.id}/invite")

    other = app.test_client()
    other.set_cookie("language", "en")
    accept(other, link_of(session))

    assert browser.get("/staff/").status_code == 302
    session.expire_all()
    row = session.get_one(StaffMember, colleague.id)
    assert row.totp_secret != colleague.totp_secret
    assert row.roles == ["support"]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"email": "nothing"}, "complete e-mail address"),
        ({"name": ""}, "enter the name"),
        ({"reason": " "}, "say why"),
        ({"roles": ["king"]}, "king"),
    ],
)
def test_a_wrong_invitation_is_not_sent(
    desk: FlaskClient, session: Session, changed: dict[str, object], message: str
) -> None:
    answer = desk.post("/staff/members/invite", data={**INVITATION, **changed})

    assert answer.status_code == 422
    assert message in answer.text
    assert session.scalars(select(Mail)).all() == []


def test_nobody_is_invited_twice(desk: FlaskClient, session: Session, colleague: Colleague) -> None:
    answer = desk.post("/staff/members/invite", data={**INVITATION, "email": colleague.email})

    assert answer.status_code == 422
    assert "works here already" in answer.text


class TestTwoPeople:
    """A request is decided once, and by another person."""

    @pytest.fixture
    def colleague_id(self, session: Session) -> int:
        """Somebody whose roles change."""
        return make_member(session, ["support"]).id

    def ask(self, desk: FlaskClient, session: Session, member_id: int, *roles: str) -> int:
        """Asks for roles and gives the id of the request."""
        data = {"roles": list(roles), "reason": "moves"}
        answer = desk.post(f"/staff/members/{member_id}/roles", data=data)
        assert answer.status_code == 303, answer.text
        return session.scalars(select(Approval.id).order_by(Approval.id.desc())).first() or 0

    def test_both_stand_in_the_audit(
        self, desk: FlaskClient, other_admin: FlaskClient, session: Session, colleague_id: int
    ) -> None:
        approval_id = self.ask(desk, session, colleague_id, "support", "finance")
        other_admin.post(f"/staff/approvals/{approval_id}/approve")

        about_roles = AuditEntry.action.contains("roles")
        entries = session.scalars(
            select(AuditEntry).where(about_roles).order_by(AuditEntry.id)
        ).all()
        actions = [entry.action for entry in entries]
        assert actions == ["member.roles.request", "member.roles.approved", "members.roles"]
        assert entries[0].member_id != entries[1].member_id
        assert entries[0].reason == "moves"
        assert entries[2].before == {"roles": ["support"]}
        assert entries[2].after == {"roles": ["finance", "support"]}

    def test_a_refused_one_changes_nothing(
        self, desk: FlaskClient, other_admin: FlaskClient, session: Session, colleague_id: int
    ) -> None:
        approval_id = self.ask(desk, session, colleague_id, "finance")

        other_admin.post(f"/staff/approvals/{approval_id}/refuse")

        session.expire_all()
        assert session.get_one(StaffMember, colleague_id).roles == ["support"]
        assert other_admin.post(f"/staff/approvals/{approval_id}/approve").status_code == 409

    def test_the_one_who_asked_may_only_withdraw(
        self, desk: FlaskClient, other_admin: FlaskClient, session: Session, colleague_id: int
    ) -> None:
        approval_id = self.ask(desk, session, colleague_id, "finance")
        for step in ("approve", "refuse"):
            assert desk.post(f"/staff/approvals/{approval_id}/{step}").status_code == 403
        assert other_admin.post(f"/staff/approvals/{approval_id}/withdraw").status_code == 403

        assert desk.post(f"/staff/approvals/{approval_id}/withdraw").status_code == 303

        assert session.scalars(select(WorkItem).where(WorkItem.closed_at.is_(None))).all() == []

    def test_the_same_is_not_asked_twice(
        self, desk: FlaskClient, session: Session, colleague_id: int
    ) -> None:
        self.ask(desk, session, colleague_id, "finance")

        data = {"roles": ["manager"], "reason": "moves"}
        assert desk.post(f"/staff/members/{colleague_id}/roles", data=data).status_code == 409

    def test_others_do_not_see_it(
        self, app: Flask, desk: FlaskClient, session: Session, colleague_id: int
    ) -> None:
        approval_id = self.ask(desk, session, colleague_id, "finance")
        stranger = second_browser(app, make_member(session, ["finance"]))

        assert stranger.get(f"/staff/approvals/{approval_id}").status_code == 403
        assert stranger.post(f"/staff/approvals/{approval_id}/approve").status_code == 403
        assert "moves" not in stranger.get("/staff/approvals").text

    def test_the_database_holds_it_too(
        self, desk: FlaskClient, session: Session, colleague_id: int
    ) -> None:
        approval_id = self.ask(desk, session, colleague_id, "finance")

        with pytest.raises(IntegrityError) as refused, transaction():
            session.execute(
                text(
                    "update approval set decision = 'approved', decided_at = now(),"
                    " decided_by_id = requested_by_id where id = :id"
                ),
                {"id": approval_id},
            )

        assert violated(refused.value) == "ck_approval_two_people"

    def test_a_kind_of_another_feature_is_done_when_approved(
        self, session: Session, colleague: Colleague
    ) -> None:
        done = []
        kind = approvals.Kind(
            "Publish", "products.approve", lambda *_: [], lambda _s, item, _m, _n: done.append(item)
        )
        approvals.register("test.publish", kind)
        approver = make_member(session, ["product"])
        with transaction():
            ask = approvals.Ask("test.publish", "term-life", "new rates")
            found = approvals.request(session, ask, colleague.member, clock.now())
            approvals.decide(session, found, approver.member, clock.now(), approve=True)

        assert [item.subject for item in done] == ["term-life"]


class TestLeaving:
    """Who leaves is out at once, and the work goes on."""

    def test_work_goes_to_the_successor_or_the_queue(
        self, app: Flask, desk: FlaskClient, session: Session
    ) -> None:
        leaver = make_member(session, ["support", "finance"])
        successor = make_member(session, ["support"])
        browser = second_browser(app, leaver)
        tickets, bank = make_work(session, "tickets"), make_work(session, "bank")
        barred = make_work(session, "tickets", barred_id=successor.id)
        with transaction():
            for item_id in (tickets, bank, barred):
                worklist.take(session, item_id, leaver.member, clock.now())

        data = {"successor": str(successor.id)}
        assert desk.post(f"/staff/members/{leaver.id}/leave", data=data).status_code == 303

        assert browser.get("/staff/").status_code == 302
        session.expire_all()
        owners = [session.get_one(WorkItem, found).assignee_id for found in (tickets, bank, barred)]
        assert owners == [successor.id, None, None]
        assert desk.get(f"/staff/members/{leaver.id}").status_code == 404

    def test_the_last_administrator_stays(
        self, desk: FlaskClient, session: Session, colleague: Colleague
    ) -> None:
        assert desk.post(f"/staff/members/{colleague.id}/leave").status_code == 422

        make_member(session, ["administrator"])
        assert desk.post(f"/staff/members/{colleague.id}/leave").status_code == 303
        assert desk.get("/staff/").status_code == 302

    def test_who_is_no_administrator_any_more_decides_nothing_more(
        self, app: Flask, desk: FlaskClient, session: Session, colleague: Colleague
    ) -> None:
        other = make_member(session, ["administrator"])
        second = second_browser(app, other)
        data = {"roles": ["support"], "reason": "x"}
        desk.post(f"/staff/members/{colleague.id}/roles", data=data)
        desk.post(f"/staff/members/{other.id}/roles", data=data)
        first, last = session.scalars(select(Approval.id).order_by(Approval.id)).all()

        assert second.post(f"/staff/approvals/{first}/approve").status_code == 303
        assert log_in(desk, colleague).post(f"/staff/approvals/{last}/approve").status_code == 403
