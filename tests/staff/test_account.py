"""One's own logins and recovery codes; a code used twice at the same moment opens once."""

import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.audit.models import AuditEntry
from storefront.db import transaction
from storefront.staff import second_factor
from storefront.staff.models import RecoveryCode, StaffMember, StaffSession
from tests.staff.people import Colleague, make_member, second_browser

CODE = re.compile(r"[0-9A-Z]{5}-[0-9A-Z]{5}")


def test_logins_are_listed_and_ended_one_by_one(
    app: Flask, desk: FlaskClient, session: Session, colleague: Colleague
) -> None:
    elsewhere = second_browser(app, colleague)
    other = session.scalars(select(StaffSession.id).order_by(StaffSession.id.desc())).first()
    assert f"/staff/account/sessions/{other}/end" in desk.get("/staff/account").text

    assert desk.post(f"/staff/account/sessions/{other}/end").status_code == 303

    assert elsewhere.get("/staff/").status_code == 302
    assert desk.get("/staff/").status_code == 200


def test_all_others_are_ended_at_once(app: Flask, desk: FlaskClient, colleague: Colleague) -> None:
    others = [second_browser(app, colleague) for _ in range(2)]

    desk.post("/staff/account/sessions/end")

    assert [browser.get("/staff/").status_code for browser in others] == [302, 302]
    assert desk.get("/staff/").status_code == 200


def test_logins_of_others_do_not_exist(app: Flask, desk: FlaskClient, session: Session) -> None:
    stranger = second_browser(app, make_member(session, ["support"]))
    theirs = session.scalars(select(StaffSession.id).order_by(StaffSession.id.desc())).first()

    assert desk.post(f"/staff/account/sessions/{theirs}/end").status_code == 404
    assert stranger.get("/staff/").status_code == 200


def test_new_recovery_codes_need_the_second_factor_and_replace_the_old(
    desk: FlaskClient, session: Session, colleague: Colleague
) -> None:
    with transaction():
        row = session.get_one(StaffMember, colleague.id)
        row.totp_last_step = None
        old = second_factor.new_recovery_codes(session, row)
    assert "10 of 10" in desk.get("/staff/account").text
    refused = desk.post("/staff/account/recovery-codes", data={"code": "000000"})
    assert refused.status_code == 422

    page = desk.post("/staff/account/recovery-codes", data={"code": colleague.code()}).text

    new = CODE.findall(page)
    assert len(new) == 10
    assert not set(new) & set(old)
    assert len(session.scalars(select(RecoveryCode)).all()) == 10
    entry = session.scalars(
        select(AuditEntry).where(AuditEntry.action == "members.recovery-codes")
    ).one()
    assert entry.action == "members.recovery-codes"


def at_once(app: Flask, attempt: Callable[[Session], object]) -> list[object]:
    """What two browsers get that send the same at the same moment."""

    def run(_: int) -> object:
        with app.app_context(), transaction() as session:
            return attempt(session)

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(run, range(2)))


def test_a_code_sent_twice_at_once_opens_once(app: Flask, colleague: Colleague) -> None:
    code, now = colleague.code(), clock.now()

    def attempt(session: Session) -> object:
        member = session.get_one(StaffMember, colleague.id)
        return second_factor.prove(session, member, code, "127.0.0.1", now)

    assert sorted(at_once(app, attempt), key=str) == [False, True]


def test_without_the_lock_it_would_open_twice(app: Flask, colleague: Colleague) -> None:
    code, now, both = colleague.code(), clock.now(), threading.Barrier(2)

    def attempt(session: Session) -> object:
        member = session.get_one(StaffMember, colleague.id)
        both.wait()
        return second_factor._use_code(member, code, now)

    assert at_once(app, attempt) == [True, True]


def test_one_changes_ones_password_and_all_other_logins_end(
    desk: FlaskClient, app: Flask, session: Session, colleague: Colleague
) -> None:
    other = second_browser(app, colleague)
    new = "another long pass phrase 43"
    wrong = {"present": "not it at all", "password": new, "repeat": new}
    assert desk.post("/staff/account/password", data=wrong).status_code == 422
    differing = {"present": colleague.password, "password": new, "repeat": "x"}
    assert desk.post("/staff/account/password", data=differing).status_code == 422

    right = {"present": colleague.password, "password": new, "repeat": new}
    assert desk.post("/staff/account/password", data=right).status_code == 303

    assert desk.get("/staff/").status_code == 200
    assert other.get("/staff/").status_code == 302
    for password, status in ((colleague.password, 422), (new, 303)):
        form = {"email": colleague.email, "password": password}
        client = app.test_client()
        client.set_cookie("language", "en")
        assert client.post("/staff/login", data=form).status_code == status
    session.rollback()
    assert session.scalars(select(AuditEntry).where(AuditEntry.action == "members.password")).one()
