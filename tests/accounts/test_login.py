"""Logging in and out: fresh sessions, dead ones, and slowing down that locks nobody out."""

import threading
import time
from datetime import timedelta

import argon2
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select

from storefront import clock
from storefront.accounts import jobs as account_jobs
from storefront.accounts import passwords, rules
from storefront.accounts.models import Customer, LoginFailure, LoginSession
from storefront.db import db, transaction
from tests.accounts.actors import (
    EMAIL,
    OTHER_PASSWORD,
    PASSWORD,
    enter,
    is_logged_in,
    log_in,
    make_customer,
)

STRANGER = {"REMOTE_ADDR": "198.51.100.7"}


def fail(client: FlaskClient, times: int, email: str = EMAIL, address: str = "198.51.100.7") -> int:
    """Guesses wrong so many times, waiting whenever told to; gives the last status."""
    status = 0
    for guess in range(times):
        answer = client.post(
            "/account/login",
            data={"email": email, "password": f"wrong guess {guess}"},
            environ_base={"REMOTE_ADDR": address},
        )
        status = answer.status_code
    return status


def test_login_and_logout(app: Flask, client: FlaskClient) -> None:
    make_customer(app)
    assert client.get("/account/login").status_code == 200
    answer = log_in(client)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/account/")
    assert is_logged_in(client)
    client.post("/account/logout")
    assert not is_logged_in(client)


def test_pages_of_customers_lead_to_login_and_back(app: Flask, client: FlaskClient) -> None:
    make_customer(app)
    answer = client.get("/account/security?from=mail")
    assert answer.headers["Location"] == "/account/login?next=/account/security?from%3Dmail"
    answer = client.post(answer.headers["Location"], data={"email": EMAIL, "password": PASSWORD})
    assert answer.headers["Location"] == "/account/security?from=mail"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/x\nSet-Cookie: a=b",
        "http:///evil.example",
        "http:evil",
        "https:///",
        "http://localhost@evil.example/",
        "http://localhost//evil.example",
        "http://[bad",
        "quotes/Q1",
    ],
)
def test_login_leads_only_to_pages_of_this_site(
    app: Flask, client: FlaskClient, target: str
) -> None:
    make_customer(app)
    data = {"email": EMAIL, "password": PASSWORD, "next": target}
    assert client.post("/account/login", data=data).headers["Location"] == "/account/"


def test_page_before_the_form_may_be_named_with_this_host() -> None:
    assert rules.local_path("http://shop.example/quotes/Q1?a=1#x", "shop.example") == (
        "/quotes/Q1?a=1"
    )


def test_session_is_renewed_at_login(app: Flask, client: FlaskClient) -> None:
    customer_id = make_customer(app)
    planted = app.test_client()
    enter(app, planted, make_customer(app, "attacker@example.com"))
    cookie = planted.get_cookie("session")
    assert cookie is not None
    client.set_cookie("session", cookie.value)
    client.post("/account/logout")
    client.set_cookie("session", cookie.value)
    log_in(client)
    renewed = client.get_cookie("session")
    assert renewed is not None
    assert renewed.value != cookie.value
    assert is_logged_in(client)
    assert not is_logged_in(planted), "the planted session must not have become the customer's"
    with app.app_context():
        owners = db.session.scalars(
            select(LoginSession.customer_id).where(LoginSession.ended_at.is_(None))
        ).all()
        assert owners == [customer_id]


def test_cookie_kept_from_before_logout_is_dead(app: Flask, client: FlaskClient) -> None:
    make_customer(app)
    log_in(client)
    kept = client.get_cookie("session")
    assert kept is not None
    client.post("/account/logout")
    thief = app.test_client()
    thief.set_cookie("session", kept.value)
    assert not is_logged_in(thief)


def test_logout_everywhere(app: Flask, client: FlaskClient) -> None:
    customer_id = make_customer(app)
    phone = app.test_client()
    neighbour = app.test_client()
    enter(app, neighbour, make_customer(app, "neighbour@example.com"))
    for browser in (client, phone):
        enter(app, browser, customer_id)
    client.post("/account/logout-everywhere")
    assert not is_logged_in(client)
    assert not is_logged_in(phone)
    assert is_logged_in(neighbour)


def test_one_device_is_logged_out_from_the_list_but_no_strangers(
    app: Flask, client: FlaskClient
) -> None:
    customer_id = make_customer(app)
    phone, neighbour = app.test_client(), app.test_client()
    enter(app, client, customer_id)
    enter(app, phone, customer_id)
    enter(app, neighbour, make_customer(app, "neighbour@example.com"))
    page = client.get("/account/security")
    assert page.status_code == 200
    assert page.text.count("Firefox, Linux") >= 2
    assert client.post("/account/sessions/2/end").status_code == 302
    assert not is_logged_in(phone)
    assert client.post("/account/sessions/3/end").status_code == 404
    assert is_logged_in(neighbour)


def test_login_ends_after_30_days(app: Flask, client: FlaskClient) -> None:
    make_customer(app)
    client.post("/account/login", data={"email": EMAIL, "password": PASSWORD, "remember": "y"})
    with time_machine.travel(clock.now() + timedelta(days=29, hours=23)):
        assert is_logged_in(client)
    with time_machine.travel(clock.now() + timedelta(days=30, hours=1)):
        assert not is_logged_in(client)


def test_cookie_outlives_the_browser_only_where_asked_for(app: Flask, client: FlaskClient) -> None:
    make_customer(app)
    assert "Expires" not in session_header(log_in(client).headers.getlist("Set-Cookie"))
    client.post("/account/logout")
    data = {"email": EMAIL, "password": PASSWORD, "remember": "y"}
    answer = client.post("/account/login", data=data)
    assert "Expires" in session_header(answer.headers.getlist("Set-Cookie"))


def session_header(headers: list[str]) -> str:
    """The header that sets the session cookie."""
    header = next(line for line in headers if line.startswith("session="))
    assert "HttpOnly" in header
    assert "SameSite=Lax" in header
    return header


def test_closed_account_is_out(app: Flask, client: FlaskClient) -> None:
    customer_id = make_customer(app)
    enter(app, client, customer_id)
    with app.app_context(), transaction() as session:
        session.get_one(Customer, customer_id).closed_at = clock.now()
    assert not is_logged_in(client)
    assert log_in(client).status_code == 422


def test_knowing_the_visitor_takes_one_query(app: Flask, client: FlaskClient) -> None:
    enter(app, client, make_customer(app))
    statements: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", count)
    try:
        assert client.get("/account/password").status_code == 200
        known = len(statements)
        app.test_client().get("/account/login")
    finally:
        event.remove(engine, "before_cursor_execute", count)
    assert known == 1, statements
    assert len(statements) == 1, "a stranger costs no query at all"


def test_hash_is_renewed_when_its_parameters_change(app: Flask, client: FlaskClient) -> None:
    customer_id = make_customer(app)
    with app.app_context(), transaction() as session:
        customer = session.get_one(Customer, customer_id)
        fresh = customer.password_hash
        customer.password_hash = weak_hash(PASSWORD)
    log_in(client)
    assert is_logged_in(client)
    with app.app_context():
        renewed = db.session.get_one(Customer, customer_id).password_hash
    assert renewed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert renewed != fresh


def weak_hash(password: str) -> str:
    """A hash as an older version of the site might have made it."""
    return argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(password)


def test_an_unknown_address_costs_as_much_as_a_wrong_password() -> None:
    """Thread time, which a busy machine does not stretch: without the hash it would be next to nothing."""
    stored = passwords.hash_password(PASSWORD)
    passwords.verify(None, OTHER_PASSWORD)
    unknown, wrong = (
        min(_thread_seconds(password_hash) for _ in range(3)) for password_hash in (None, stored)
    )
    assert unknown > wrong / 3


def _thread_seconds(password_hash: str | None) -> float:
    began = time.thread_time()
    assert not passwords.verify(password_hash, OTHER_PASSWORD)
    return time.thread_time() - began


def test_failures_slow_down_with_growing_waits(app: Flask, client: FlaskClient) -> None:
    make_customer(app)
    now = clock.now()
    with time_machine.travel(now, tick=False) as traveller:
        assert fail(client, 3) == 422
        assert fail(client, 1) == 429
        assert log_in(client).status_code == 429, "not even the right password is looked at"
        waits = []
        for _turn in range(4):
            seconds = 0
            while fail(client, 1) == 429:
                traveller.shift(1)
                seconds += 1
            waits.append(seconds)
        assert waits == [2, 4, 8, 16]
        traveller.shift(3600)
        assert log_in(client).status_code == 302


def test_waiting_is_told_in_seconds_and_counts_nothing(app: Flask, client: FlaskClient) -> None:
    make_customer(app)
    client.set_cookie("language", "en")
    with time_machine.travel(clock.now(), tick=False):
        fail(client, 3)
        answer = log_in(client)
        assert "please wait 2 seconds" in answer.text
        fail(client, 10)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(LoginFailure)) == 3


def test_unknown_addresses_slow_down_just_the_same(app: Flask, client: FlaskClient) -> None:
    with time_machine.travel(clock.now(), tick=False):
        assert fail(client, 3, "nobody@example.com") == 422
        assert fail(client, 1, "nobody@example.com") == 429


def test_guessing_at_many_accounts_from_one_address_slows_down(
    app: Flask, client: FlaskClient
) -> None:
    with time_machine.travel(clock.now(), tick=False):
        statuses = [fail(client, 1, f"person{number}@example.com") for number in range(21)]
        assert statuses == [422] * 20 + [429]
        elsewhere = fail(client, 1, "person99@example.com", "203.0.113.9")
        assert elsewhere == 422


def test_stranger_cannot_lock_out_a_browser_that_was_logged_in_before(
    app: Flask, client: FlaskClient
) -> None:
    make_customer(app)
    log_in(client)
    client.post("/account/logout")
    with time_machine.travel(clock.now(), tick=False):
        stranger = app.test_client()
        fail(stranger, 30, address="127.0.0.1")
        assert log_in(stranger).status_code == 429
        assert log_in(client).status_code == 302


def test_neighbours_on_the_same_network_cannot_slow_down_a_known_browser(
    app: Flask, client: FlaskClient
) -> None:
    make_customer(app)
    log_in(client)
    client.post("/account/logout")
    with time_machine.travel(clock.now(), tick=False):
        for number in range(21):
            fail(app.test_client(), 1, f"person{number}@example.com", "127.0.0.1")
        assert log_in(app.test_client()).status_code == 429
        assert log_in(client).status_code == 302


def test_known_browser_guessing_wrong_is_slowed_by_itself(app: Flask, client: FlaskClient) -> None:
    make_customer(app)
    log_in(client)
    client.post("/account/logout")
    with time_machine.travel(clock.now(), tick=False):
        assert fail(client, 3) == 422
        assert fail(client, 1) == 429


def test_mark_of_a_known_browser_cannot_be_forged(app: Flask, client: FlaskClient) -> None:
    make_customer(app)
    client.set_cookie("device", "eyJpZCI6ICJ4In0.forged.forged", path="/account")
    with time_machine.travel(clock.now(), tick=False):
        fail(app.test_client(), 5)
        assert log_in(client).status_code == 429


def test_many_guesses_at_once_are_not_many_guesses(app: Flask) -> None:
    make_customer(app)
    gate = threading.Barrier(8)
    statuses: list[int] = []

    def guess(number: int) -> None:
        gate.wait()
        statuses.append(log_in(app.test_client(), EMAIL, f"wrong guess {number}").status_code)

    threads = [threading.Thread(target=guess, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [422] * 3 + [429] * 5


def test_old_failures_and_logins_are_removed(app: Flask, client: FlaskClient) -> None:
    make_customer(app)
    log_in(client)
    fail(app.test_client(), 2)
    with time_machine.travel(clock.now() + timedelta(days=121)):
        account_jobs.tidy()
    with app.app_context():
        for table in (LoginFailure, LoginSession):
            assert db.session.scalar(select(func.count()).select_from(table)) == 0


@pytest.mark.parametrize(
    "email", ["", "no address", "a\x00b@example.com", "x" * 400 + "@a.example"]
)
def test_login_with_nonsense_is_told_at_the_field(client: FlaskClient, email: str) -> None:
    assert log_in(client, email).status_code == 422
    assert log_in(client, EMAIL, "").status_code == 422
    assert log_in(client, EMAIL, "x" * 5000).status_code == 422


def test_ipv6_counts_by_network() -> None:
    assert rules.network_of("2001:db8:1:2:3:4:5:6") == rules.network_of("2001:db8:1:2::1")
    assert rules.network_of("192.0.2.1") == "192.0.2.1"


def test_posts_from_one_address_are_limited(client: FlaskClient) -> None:
    statuses = [log_in(client, "no address").status_code for _ in range(61)]
    assert statuses == [422] * 60 + [429]
