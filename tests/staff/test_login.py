"""Signing in to the desk: password, then a code that is good once; and how a login ends."""

import re
from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from time_machine import travel

from storefront import clock
from storefront.db import transaction
from storefront.staff import members, rules, second_factor, service
from storefront.staff.models import RecoveryCode, StaffMember, StaffSession
from tests.staff.people import PASSWORD, Colleague, log_in, make_member

KEY = re.compile(r'id="totp-key">([A-Z2-7 ]+)<')
CODE = re.compile(r"[0-9A-Z]{5}-[0-9A-Z]{5}")
SOMEBODY = "somebody@agency.example.com"


def give_password(client: FlaskClient, colleague: Colleague, password: str = PASSWORD) -> int:
    """Sends the first form and gives the status."""
    data = {"email": colleague.email, "password": password}
    return client.post("/staff/login", data=data).status_code


def give_code(client: FlaskClient, code: str) -> int:
    """Sends the second form and gives the status."""
    return client.post("/staff/login/code", data={"code": code}).status_code


def test_strangers_are_sent_to_the_login_and_back(
    client: FlaskClient, colleague: Colleague
) -> None:
    answer = client.get("/staff/?kind=x")
    assert answer.location.startswith("/staff/login?next=")
    client.get(answer.location)

    data = {"email": colleague.email, "password": colleague.password}
    answer = client.post(answer.location, data=data)
    assert answer.location.startswith("/staff/login/code?next=")
    client.get(answer.location)
    answer = client.post(answer.location, data={"code": colleague.code()})

    assert answer.location == "/staff/?kind=x"
    assert client.get("/staff/").status_code == 200


def test_the_password_alone_opens_nothing(client: FlaskClient, colleague: Colleague) -> None:
    assert give_password(client, colleague) == 303

    assert client.get("/staff/").location.startswith("/staff/login")
    assert client.get("/staff/login/set-up").location == "/staff/login"  # no second app either


def test_a_code_alone_opens_nothing(client: FlaskClient, colleague: Colleague) -> None:
    assert client.post("/staff/login/code", data={"code": colleague.code()}).status_code == 303
    assert client.get("/staff/").status_code == 302


@pytest.mark.parametrize("given", ["wrong", ""])
def test_wrong_passwords_open_nothing(
    client: FlaskClient, colleague: Colleague, given: str
) -> None:
    assert give_password(client, colleague, given) == 422
    assert client.get("/staff/login/code").status_code == 303


def test_failed_logins_slow_down(client: FlaskClient, colleague: Colleague) -> None:
    statuses = [give_password(client, colleague, "wrong") for _ in range(4)]

    assert statuses[0] == 422
    assert statuses[-1] == 429
    assert give_password(client, colleague) == 429  # the right one has to wait as well
    with travel(clock.now() + timedelta(minutes=10)):
        assert give_password(client, colleague) == 303


def test_failed_codes_slow_down(client: FlaskClient, colleague: Colleague) -> None:
    give_password(client, colleague)

    statuses = [give_code(client, "000000") for _ in range(4)]

    assert statuses[0] == 422
    assert statuses[-1] == 429
    assert give_code(client, colleague.code()) == 429


def test_no_code_opens_twice(client: FlaskClient, app: Flask, colleague: Colleague) -> None:
    code = colleague.code()
    give_password(client, colleague)
    assert give_code(client, code) == 303

    other = app.test_client()
    give_password(other, colleague)

    assert give_code(other, code) == 422
    assert other.get("/staff/").status_code == 302


@pytest.mark.parametrize(("steps", "status"), [(-2, 422), (-1, 303), (1, 303), (2, 422)])
def test_clocks_may_differ_by_one_step(
    client: FlaskClient, colleague: Colleague, steps: int, status: int
) -> None:
    with travel(clock.now(), tick=False):
        give_password(client, colleague)
        app = pyotp.TOTP(colleague.totp_secret)
        assert give_code(client, app.generate_otp(rules.time_step(clock.now()) + steps)) == status


def test_half_a_login_does_not_wait_for_ever(client: FlaskClient, colleague: Colleague) -> None:
    give_password(client, colleague)

    with travel(clock.now() + timedelta(minutes=16)):
        assert give_code(client, colleague.code()) == 303
        assert client.get("/staff/").status_code == 302


def test_the_first_login_sets_up_the_app_and_gives_recovery_codes(
    client: FlaskClient, session: Session
) -> None:
    with transaction():
        password = members.add(session, SOMEBODY, "Somebody", ["support"], clock.now())
    client.post("/staff/login", data={"email": SOMEBODY, "password": password})
    page = client.get("/staff/login/code", follow_redirects=True)
    assert 'src="data:image/svg+xml' in page.text
    found = KEY.search(page.text)
    assert found
    app = pyotp.TOTP(found[1].replace(" ", ""))
    assert client.post("/staff/login/set-up", data={"code": "000000"}).status_code == 422
    assert found[1] in client.get("/staff/login/set-up").text  # still the same key

    page = client.post("/staff/login/set-up", data={"code": app.at(clock.now())})

    codes = CODE.findall(page.text)
    assert len(set(codes)) == 10
    assert client.get("/staff/").status_code == 200
    kept = [row.code_hash for row in session.scalars(select(RecoveryCode))]
    assert len(kept) == 10
    assert not any(code.replace("-", "") in "".join(kept) for code in codes)


def test_a_recovery_code_opens_once(
    client: FlaskClient, app: Flask, session: Session, colleague: Colleague
) -> None:
    with transaction():
        row = session.get_one(StaffMember, colleague.id)
        code, *others = second_factor.new_recovery_codes(session, row)
    give_password(client, colleague)
    assert give_code(client, code.lower().replace("-", " ")) == 303
    assert client.get("/staff/").status_code == 200

    other = app.test_client()
    give_password(other, colleague)
    assert give_code(other, code) == 422
    assert give_code(other, others[0]) == 303


def test_a_logout_kills_the_cookie_wherever_it_was_copied_to(desk: FlaskClient) -> None:
    cookie = desk.get_cookie("session")
    assert cookie is not None
    desk.post("/staff/logout")

    desk.set_cookie("session", cookie.value)

    assert desk.get("/staff/").status_code == 302


@pytest.mark.parametrize("idle", [timedelta(minutes=31), timedelta(hours=13)])
def test_a_login_dies_of_idleness(desk: FlaskClient, idle: timedelta) -> None:
    with travel(clock.now() + idle):
        assert desk.get("/staff/").status_code == 302


def test_an_active_login_lasts_a_day_of_work_and_no_longer(desk: FlaskClient) -> None:
    began = clock.now()
    statuses = []
    for minutes in range(0, 760, 20):
        with travel(began + timedelta(minutes=minutes)):
            statuses.append(desk.get("/staff/").status_code)

    assert statuses[:36] == [200] * 36
    assert statuses[-1] == 302


def test_who_leaves_is_out_at_once(
    desk: FlaskClient, session: Session, colleague: Colleague
) -> None:
    with transaction():
        members.leave(session, members.get(session, colleague.id), None, None, clock.now())

    assert desk.get("/staff/").status_code == 302
    assert give_password(desk, colleague) == 422


def test_who_lacks_the_permission_is_refused(client: FlaskClient, session: Session) -> None:
    log_in(client, make_member(session, ["support"]))

    assert client.get("/staff/").status_code == 200
    assert client.post("/staff/payments/P000/release").status_code == 403


def test_the_database_never_holds_password_key_or_token(
    desk: FlaskClient, session: Session, colleague: Colleague
) -> None:
    member = session.execute(select(StaffMember.__table__)).mappings().one()
    login = session.scalars(select(StaffSession).where(StaffSession.ended_at.is_(None))).one()
    assert member["password_hash"].startswith("$argon2id$")
    stored = session.connection().exec_driver_sql("select totp_secret from staff_member").scalar()
    assert stored.startswith("gAAAA")
    assert colleague.totp_secret not in stored
    assert re.fullmatch(r"[0-9a-f]{64}", login.token_hash)


def test_accounts_are_added_and_removed_from_the_command_line(app: Flask, session: Session) -> None:
    runner = app.test_cli_runner()

    added = runner.invoke(args=["staff", "add", SOMEBODY, "--role", "support", "--role", "finance"])
    again = runner.invoke(args=["staff", "add", SOMEBODY])
    bad = runner.invoke(args=["staff", "add", "no-address"])
    odd = runner.invoke(args=["staff", "add", "odd@agency.example.com", "--role", "king"])
    row = service.find_member(session, SOMEBODY)
    roles = row.roles if row else None
    removed = runner.invoke(args=["staff", "remove", SOMEBODY])
    unknown = runner.invoke(args=["staff", "remove", SOMEBODY])
    returned = runner.invoke(args=["staff", "add", SOMEBODY])

    match = re.search(r"password (\S+)", added.output)
    assert match is not None
    assert len(match[1]) == 20
    assert roles == ["finance", "support"]
    results = (added, again, bad, odd, removed, unknown, returned)
    assert [result.exit_code for result in results] == [0, 1, 1, 2, 0, 1, 0]


def test_a_form_sent_too_late_leads_back_to_its_page(desk: FlaskClient) -> None:
    with travel(clock.now() + timedelta(hours=1)):
        answer = desk.post(
            "/staff/payments/refunds/R1/again",
            headers={"Referer": "http://localhost/staff/payments/refunds"},
        )
    assert answer.location == "/staff/login?next=http://localhost/staff/payments/refunds"
    assert "/staff/payments/refunds" in desk.get(answer.location).text


def test_a_fragment_leads_the_whole_page_to_the_login(desk: FlaskClient) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://localhost/staff/team"}
    with travel(clock.now() + timedelta(hours=1)):
        answer = desk.get("/staff/search/?q=x", headers=headers)

    assert answer.text == ""
    assert answer.headers["HX-Redirect"] == "/staff/login?next=http://localhost/staff/team"


def test_a_page_that_asks_by_itself_keeps_nobody_logged_in(desk: FlaskClient) -> None:
    began = clock.now()
    for minutes in range(0, 40, 4):
        with travel(began + timedelta(minutes=minutes)):
            answer = desk.get("/staff/lists/", headers={"X-Unattended": "1"})

    assert answer.status_code == 302
