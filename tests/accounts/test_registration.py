"""Registering and confirming: one account, one use, and nobody learns which addresses are known."""

import threading
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from storefront import clock
from storefront.accounts import jobs as account_jobs
from storefront.accounts.models import AccountToken, Customer
from storefront.db import db, transaction
from tests.accounts.actors import (
    EMAIL,
    OTHER_PASSWORD,
    PASSWORD,
    is_logged_in,
    last_link,
    log_in,
    mails,
    make_customer,
    register,
    run_jobs,
    shown,
)


def test_register_confirm_and_be_logged_in(app: Flask, client: FlaskClient) -> None:
    assert client.get("/account/register").status_code == 200
    answer = register(client, " Li.Hua@Example.COM ")
    assert answer.headers["Location"].startswith("/account/check-mail")
    assert client.get(answer.headers["Location"]).status_code == 200
    assert [(mail.template, mail.recipient) for mail in mails(app)] == [("account_confirm", EMAIL)]
    link = last_link(app, "account_confirm")

    assert client.get(link).status_code == 200
    assert not is_logged_in(client), "opening the link alone must not use it up"
    assert client.post(link, data={"password": PASSWORD}).headers["Location"] == "/account/"
    assert is_logged_in(client)


def test_before_confirmation_nobody_gets_in(app: Flask, client: FlaskClient) -> None:
    register(client)
    assert log_in(client).status_code == 422
    assert not is_logged_in(client)


def test_confirmation_link_pressed_twice_says_so_kindly(app: Flask, client: FlaskClient) -> None:
    register(client)
    link = last_link(app, "account_confirm")
    client.post(link, data={"password": PASSWORD})
    for answer in (client.get(link), client.post(link, data={"password": PASSWORD})):
        assert answer.status_code == 200
        assert "/account/" in answer.text
        assert 'name="password"' not in answer.text


def test_confirmation_link_is_valid_for_24_hours(app: Flask, client: FlaskClient) -> None:
    register(client)
    link = last_link(app, "account_confirm")
    with time_machine.travel(clock.now() + timedelta(hours=23, minutes=59)):
        assert client.get(link).status_code == 200
    with time_machine.travel(clock.now() + timedelta(hours=24, minutes=1)):
        assert client.get(link).status_code == 410
        assert client.post(link, data={"password": PASSWORD}).status_code == 410


def test_another_link_can_be_asked_for(app: Flask, client: FlaskClient) -> None:
    register(client)
    first = last_link(app, "account_confirm")
    with time_machine.travel(clock.now() + timedelta(days=2)):
        assert client.post("/account/confirm-again", data={"email": EMAIL}).status_code == 302
        run_jobs(app)
        second = last_link(app, "account_confirm")
        assert second != first
        client.post(second, data={"password": PASSWORD})
        assert is_logged_in(client)


def test_answers_are_equal_for_known_unconfirmed_and_unknown_addresses(
    app: Flask, client: FlaskClient
) -> None:
    make_customer(app, "known@example.com")
    register(client, "waiting@example.com")
    for path, data in (
        ("/account/register", {"password": PASSWORD, "repeat": PASSWORD}),
        ("/account/forgot-password", {}),
        ("/account/confirm-again", {}),
        ("/account/login", {"password": OTHER_PASSWORD}),
    ):
        answers = set()
        for email in ("known@example.com", "waiting@example.com", "nobody@example.com"):
            answer = client.post(path, data={"email": email, **data})
            assert answer.status_code < 500
            answers.add((answer.status_code, answer.headers.get("Location"), shown(answer, email)))
        assert len(answers) == 1, path


def test_right_password_of_an_unconfirmed_account_answers_like_a_wrong_one(
    app: Flask, client: FlaskClient
) -> None:
    register(client)
    right = log_in(client, EMAIL, PASSWORD)
    wrong = log_in(client, EMAIL, OTHER_PASSWORD)
    assert (right.status_code, shown(right)) == (wrong.status_code, shown(wrong))


def test_owner_of_a_registered_address_is_told_and_can_choose_a_password(
    app: Flask, client: FlaskClient
) -> None:
    make_customer(app)
    register(client, EMAIL, OTHER_PASSWORD)
    assert [mail.template for mail in mails(app)] == ["account_exists"]
    assert log_in(client, EMAIL, OTHER_PASSWORD).status_code == 422, "the password is untouched"
    assert client.get(last_link(app, "account_exists")).status_code == 200


def test_who_registers_a_strangers_address_gains_nothing_when_its_owner_confirms(
    app: Flask, client: FlaskClient
) -> None:
    register(client, EMAIL, "the attacker waits 1")
    register(client, EMAIL, PASSWORD)
    planted, own = [mail.link for mail in mails(app)]
    assert client.post(planted, data={"password": PASSWORD}).status_code == 422
    client.post(own, data={"password": PASSWORD})
    assert is_logged_in(client)
    assert app.test_client().get(planted).status_code == 410
    assert log_in(app.test_client(), EMAIL, "the attacker waits 1").status_code == 422


def test_registering_at_the_same_moment_makes_one_account(app: Flask) -> None:
    gate = threading.Barrier(6)
    answers: list[int] = []

    def run() -> None:
        gate.wait()
        answers.append(register(app.test_client()).status_code)

    threads = [threading.Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [302] * 6
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Customer)) == 1


def test_nobody_is_flooded_with_mails(app: Flask, client: FlaskClient) -> None:
    for _attempt in range(12):
        register(client)
    assert len(mails(app)) == 6
    with time_machine.travel(clock.now() + timedelta(hours=1, minutes=1)):
        register(client)
        assert len(mails(app)) == 7


@pytest.mark.parametrize(
    "change",
    [
        {"email": ""},
        {"email": "no address"},
        {"email": "a\x00@example.com"},
        {"email": "x" * 300 + "@example.com"},
        {"password": "short 1", "repeat": "short 1"},
        {"password": "x" * 300, "repeat": "x" * 300},
        {"password": "Password123456", "repeat": "Password123456"},
        {"password": "1234567890", "repeat": "1234567890"},
        {"password": "abababababab", "repeat": "abababababab"},
        {"password": "my li.hua password", "repeat": "my li.hua password"},
        {"repeat": OTHER_PASSWORD},
    ],
)
def test_bad_input_is_told_at_the_field(
    app: Flask, client: FlaskClient, change: dict[str, str]
) -> None:
    data = {"email": EMAIL, "password": PASSWORD, "repeat": PASSWORD, **change}
    answer = client.post("/account/register", data=data)
    assert answer.status_code == 422
    assert 'id="error-summary"' in answer.text
    assert PASSWORD not in answer.text
    assert mails(app) == []


def test_wanted_page_survives_registration_and_confirmation(
    app: Flask, client: FlaskClient
) -> None:
    data = {"email": EMAIL, "password": PASSWORD, "repeat": PASSWORD}
    client.post("/account/register?next=/quotes/Q123?a=1", data=data)
    link = last_link(app, "account_confirm")
    answer = client.post(link, data={"password": PASSWORD})
    assert answer.headers["Location"] == "/quotes/Q123?a=1"


def test_accounts_never_confirmed_are_forgotten_in_the_end(app: Flask, client: FlaskClient) -> None:
    make_customer(app, "known@example.com")
    register(client)
    for days, left in ((20, 2), (32, 1)):
        with time_machine.travel(clock.now() + timedelta(days=days)):
            account_jobs.tidy()
        with app.app_context():
            assert db.session.scalar(select(func.count()).select_from(Customer)) == left
    with app.app_context(), transaction() as session:
        assert session.scalar(select(func.count()).select_from(AccountToken)) == 0
