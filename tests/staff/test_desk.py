"""The staff's login and the list of what needs a person, through the pages."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session
from time_machine import travel

from storefront import clock, jobs
from storefront.crypto import new_reference
from storefront.db import transaction
from storefront.mail import Mail
from storefront.staff import service
from storefront.staff.desk import visible_arguments
from storefront.staff.models import StaffMember, StaffSession
from tests.staff.conftest import EMAIL


def log_in(client: FlaskClient, password: str, email: str = EMAIL) -> int:
    """Sends the login form and gives the status."""
    answer = client.post("/staff/login", data={"email": email, "password": password})
    return answer.status_code


def fail_job(session: Session) -> int:
    """A job that gave up."""
    with transaction():
        jobs.defer(session, jobs.queue.tasks["mail.send"], mail_id=7)
        session.execute(text("update procrastinate_jobs set status = 'doing', attempts = 14"))
        session.execute(text("update procrastinate_jobs set status = 'failed'"))
    return int(session.scalars(text("select max(id) from procrastinate_jobs")).one())


def test_strangers_are_sent_to_the_login_and_back(client: FlaskClient, password: str) -> None:
    answer = client.get("/staff/")
    assert answer.status_code == 302
    assert answer.location.startswith("/staff/login?next=")
    assert client.get(answer.location).status_code == 200

    answer = client.post(answer.location, data={"email": EMAIL, "password": password})

    assert answer.status_code == 303
    assert answer.location.rstrip("?") == "/staff/"
    assert client.get("/staff/").status_code == 200


@pytest.mark.parametrize(
    ("email", "given"), [(EMAIL, "wrong"), ("nobody@agency.example.com", "wrong"), (EMAIL, "")]
)
def test_wrong_credentials_open_nothing(
    client: FlaskClient, password: str, email: str, given: str
) -> None:
    log_in(client, given, email)

    assert client.get("/staff/").status_code == 302


def test_failed_logins_slow_down(client: FlaskClient, password: str) -> None:
    statuses = [log_in(client, "wrong") for _ in range(4)]

    assert statuses[0] == 422
    assert statuses[-1] == 429
    assert log_in(client, password) == 429  # the right one has to wait as well
    with travel(clock.now() + timedelta(minutes=10)):
        assert log_in(client, password) == 303


def test_a_logout_kills_the_cookie_wherever_it_was_copied_to(
    client: FlaskClient, app: Flask, password: str
) -> None:
    log_in(client, password)
    cookie = client.get_cookie("session")
    assert cookie is not None
    client.post("/staff/logout")

    client.set_cookie("session", cookie.value)

    assert client.get("/staff/").status_code == 302


@pytest.mark.parametrize("idle", [timedelta(minutes=31), timedelta(hours=13)])
def test_a_login_dies_of_idleness(client: FlaskClient, password: str, idle: timedelta) -> None:
    log_in(client, password)

    with travel(clock.now() + idle):
        assert client.get("/staff/").status_code == 302


def test_an_active_login_lasts_a_day_of_work_and_no_longer(
    client: FlaskClient, session: Session, password: str
) -> None:
    log_in(client, password)
    began = clock.now()
    statuses = []
    for minutes in range(0, 760, 20):
        with travel(began + timedelta(minutes=minutes)):
            statuses.append(client.get("/staff/").status_code)

    assert statuses[:36] == [200] * 36
    assert statuses[-1] == 302


def test_who_leaves_is_out_at_once(client: FlaskClient, session: Session, password: str) -> None:
    log_in(client, password)

    with transaction():
        assert service.remove_member(session, EMAIL, clock.now())

    assert client.get("/staff/").status_code == 302
    assert log_in(client, password) == 422


def test_who_lacks_the_permission_is_refused(
    client: FlaskClient, session: Session, password: str
) -> None:
    with transaction():
        session.scalars(select(StaffMember)).one().permissions = ["support"]
    log_in(client, password)

    assert client.get("/staff/").status_code == 200
    assert client.post("/staff/payments/P000/release").status_code == 403


def test_a_failed_job_is_shown_and_runs_again(
    client: FlaskClient, session: Session, password: str
) -> None:
    job_id = fail_job(session)
    log_in(client, password)

    page = client.get("/staff/").text
    assert "mail.send" in page
    assert "mail_id 7" in page

    for _ in range(2):  # pressed twice
        answer = client.post(f"/staff/jobs/{job_id}/retry")
        assert answer.status_code == 303
    assert session.scalars(text("select status::text from procrastinate_jobs")).all() == ["todo"]
    assert "mail.send" not in client.get("/staff/").text


def test_arguments_that_could_be_personal_stay_hidden(session: Session) -> None:
    ref = new_reference("A")
    shown = visible_arguments({"ref": ref, "id": 5, "name": "somebody", "list": [1]})

    assert shown == {"ref": ref, "id": "5", "name": "…", "list": "…"}


def test_the_database_never_holds_password_or_token(
    client: FlaskClient, session: Session, password: str
) -> None:
    log_in(client, password)

    member = session.scalars(select(StaffMember)).one()
    login = session.scalars(select(StaffSession)).one()
    assert member.password_hash.startswith("$argon2id$")
    assert re.fullmatch(r"[0-9a-f]{64}", login.token_hash)
    assert session.scalars(select(Mail)).all() == []


def test_accounts_are_added_and_removed_from_the_command_line(app: Flask) -> None:
    runner = app.test_cli_runner()

    added = runner.invoke(args=["staff", "add", EMAIL])
    again = runner.invoke(args=["staff", "add", EMAIL])
    bad = runner.invoke(args=["staff", "add", "no-address"])
    removed = runner.invoke(args=["staff", "remove", EMAIL])
    unknown = runner.invoke(args=["staff", "remove", EMAIL])

    match = re.search(r"password (\S+)", added.output)
    assert match is not None
    assert len(match[1]) == 20
    assert [result.exit_code for result in (added, again, bad, removed, unknown)] == [0, 1, 1, 0, 1]
