"""Forgotten and changed passwords, and a new e-mail address confirmed on both sides."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from storefront import clock
from storefront.accounts import jobs as account_jobs
from storefront.accounts import rules
from storefront.accounts.passwords import common_passwords
from storefront.db import transaction
from storefront.mail import Mail, _compose
from tests.accounts.actors import (
    EMAIL,
    OTHER_PASSWORD,
    PASSWORD,
    enter,
    is_logged_in,
    last_link,
    log_in,
    mails,
    make_customer,
    register,
    run_jobs,
)

NEW_EMAIL = "hua@mail.example.com"
NEW = {"password": OTHER_PASSWORD, "repeat": OTHER_PASSWORD}


def ask_for_reset(app: Flask, client: FlaskClient, email: str = EMAIL) -> None:
    """Sends the form of a forgotten password and lets the worker answer."""
    assert client.get("/account/forgot-password").status_code == 200
    assert client.post("/account/forgot-password", data={"email": email}).status_code == 302
    run_jobs(app)


def test_forgotten_password_is_chosen_anew_once(app: Flask, client: FlaskClient) -> None:
    customer_id = make_customer(app)
    old = app.test_client()
    enter(app, old, customer_id)
    ask_for_reset(app, client)
    link = last_link(app, "account_reset")
    assert client.get(link).status_code == 200
    assert client.post(link, data={"password": "short", "repeat": "short"}).status_code == 422
    assert client.post(link, data=NEW).headers["Location"] == "/account/"
    assert is_logged_in(client)
    assert not is_logged_in(old), "every former login ends"
    assert mails(app)[-1].template == "account_password_changed"

    again = app.test_client()
    assert again.get(link).status_code == 200
    again.post(link, data={"password": PASSWORD, "repeat": PASSWORD})
    assert not is_logged_in(again), "the link works once"
    assert log_in(again, EMAIL, PASSWORD).status_code == 422
    assert log_in(again, EMAIL, OTHER_PASSWORD).status_code == 302


def test_reset_ends_waiting_and_other_links(app: Flask, client: FlaskClient) -> None:
    make_customer(app)
    ask_for_reset(app, client)
    first = last_link(app, "account_reset")
    ask_for_reset(app, client)
    second = last_link(app, "account_reset")
    for _guess in range(5):
        log_in(app.test_client(), EMAIL, "wrong guess 12")
    client.post(second, data=NEW)
    assert is_logged_in(client), "a stranger's failures keep nobody from a reset"
    assert client.get(first).status_code == 410


def test_reset_link_is_valid_for_two_hours(app: Flask, client: FlaskClient) -> None:
    make_customer(app)
    ask_for_reset(app, client)
    link = last_link(app, "account_reset")
    with time_machine.travel(clock.now() + timedelta(hours=2, seconds=1)):
        assert client.get(link).status_code == 410
        assert client.post(link, data=NEW).status_code == 410
    assert log_in(client, EMAIL, PASSWORD).status_code == 302


def test_link_serves_only_its_own_purpose(app: Flask, client: FlaskClient) -> None:
    make_customer(app)
    ask_for_reset(app, client)
    token = last_link(app, "account_reset").rsplit("/", 1)[1]
    for path in ("/account/confirm/", "/account/email/"):
        assert client.post(path + token, data={"password": PASSWORD}).status_code == 410
    assert client.get("/account/choose-password/unknown").status_code == 410


def test_reset_confirms_the_address(app: Flask, client: FlaskClient) -> None:
    register(client)
    ask_for_reset(app, client)
    client.post(last_link(app, "account_reset"), data=NEW)
    assert is_logged_in(client)


def test_nothing_is_sent_to_addresses_without_account(app: Flask, client: FlaskClient) -> None:
    ask_for_reset(app, client, "nobody@example.com")
    client.post("/account/confirm-again", data={"email": "nobody@example.com"})
    make_customer(app)
    client.post("/account/confirm-again", data={"email": EMAIL})
    run_jobs(app)
    assert mails(app) == []


def test_answer_repeated_after_a_crash_sends_one_mail(app: Flask) -> None:
    make_customer(app)
    for _time in range(2):
        account_jobs.send_reset_link(request="wish-1", email=EMAIL, language="en")
    assert len(mails(app)) == 1


def test_changed_password_ends_other_logins_only(app: Flask, client: FlaskClient) -> None:
    customer_id = make_customer(app)
    phone = app.test_client()
    enter(app, client, customer_id)
    enter(app, phone, customer_id)
    ask_for_reset(app, client)
    data = {"present": PASSWORD, **NEW}
    assert client.post("/account/password", data=data).status_code == 302
    assert is_logged_in(client)
    assert not is_logged_in(phone)
    assert client.get(last_link(app, "account_reset")).status_code == 410
    assert log_in(phone, EMAIL, OTHER_PASSWORD).status_code == 302


def test_present_password_is_asked_for_and_slows_down(app: Flask, client: FlaskClient) -> None:
    enter(app, client, make_customer(app))
    data = {"present": "wrong guess 12", **NEW}
    with time_machine.travel(clock.now(), tick=False):
        statuses = [client.post("/account/password", data=data).status_code for _ in range(4)]
    assert statuses == [422, 422, 422, 429]
    assert log_in(app.test_client(), EMAIL, OTHER_PASSWORD).status_code != 302


def change_email(client: FlaskClient, email: str = NEW_EMAIL, password: str = PASSWORD) -> int:
    """Asks for a new address; gives the status."""
    data = {"email": email, "present": password}
    return client.post("/account/email", data=data).status_code


@pytest.mark.parametrize("order", [("old", "new"), ("new", "old")])
def test_address_changes_once_both_sides_confirmed(
    app: Flask, client: FlaskClient, order: tuple[str, str]
) -> None:
    enter(app, client, make_customer(app))
    assert client.get("/account/email").status_code == 200
    assert change_email(client) == 302
    assert [(mail.template, mail.recipient) for mail in mails(app)] == [
        ("account_email_old", EMAIL),
        ("account_email_new", NEW_EMAIL),
    ]
    reader = app.test_client()
    first, second = (last_link(app, f"account_email_{side}") for side in order)
    assert reader.get(first).status_code == 200
    assert reader.post(first).status_code == 200
    assert reader.post(first).status_code == 200, "one side alone changes nothing, however often"
    assert log_in(app.test_client(), NEW_EMAIL).status_code == 422
    reader.post(second)
    assert log_in(app.test_client(), NEW_EMAIL).status_code == 302
    assert log_in(app.test_client(), EMAIL).status_code == 422
    assert (mails(app)[-1].template, mails(app)[-1].recipient) == ("account_email_changed", EMAIL)


def test_opening_the_link_does_not_confirm_it(app: Flask, client: FlaskClient) -> None:
    enter(app, client, make_customer(app))
    change_email(client)
    for side in ("old", "new"):
        client.get(last_link(app, f"account_email_{side}"))
    assert log_in(app.test_client(), NEW_EMAIL).status_code == 422


def test_change_of_address_needs_the_password(app: Flask, client: FlaskClient) -> None:
    enter(app, client, make_customer(app))
    assert change_email(client, password=OTHER_PASSWORD) == 422
    assert mails(app) == []


def test_links_of_two_wishes_do_not_mix(app: Flask, client: FlaskClient) -> None:
    enter(app, client, make_customer(app))
    change_email(client, "first@example.com")
    old_side = last_link(app, "account_email_old")
    client.post(old_side)
    change_email(client, "first@example.com")
    client.post(last_link(app, "account_email_new"))
    assert log_in(app.test_client(), "first@example.com").status_code == 422
    client.post(last_link(app, "account_email_old"))
    assert log_in(app.test_client(), "first@example.com").status_code == 302


def test_links_of_an_address_change_expire(app: Flask, client: FlaskClient) -> None:
    enter(app, client, make_customer(app))
    change_email(client)
    client.post(last_link(app, "account_email_old"))
    with time_machine.travel(clock.now() + timedelta(hours=25)):
        assert client.post(last_link(app, "account_email_new")).status_code == 410
    assert log_in(app.test_client(), EMAIL).status_code == 302


def test_taken_address_is_told_to_its_owner_only(app: Flask, client: FlaskClient) -> None:
    make_customer(app, NEW_EMAIL)
    enter(app, client, make_customer(app))
    assert change_email(client) == 302
    assert [(mail.template, mail.recipient, bool(mail.link)) for mail in mails(app)] == [
        ("account_email_old", EMAIL, True),
        ("account_email_taken", NEW_EMAIL, False),
    ]


def test_address_registered_meanwhile_is_refused_politely(app: Flask, client: FlaskClient) -> None:
    enter(app, client, make_customer(app))
    change_email(client)
    make_customer(app, NEW_EMAIL, OTHER_PASSWORD)
    client.post(last_link(app, "account_email_old"))
    assert client.post(last_link(app, "account_email_new")).status_code == 409
    assert log_in(app.test_client(), EMAIL).status_code == 302


@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
def test_every_mail_can_be_written(app: Flask, client: FlaskClient, language: str) -> None:
    make_customer(app, NEW_EMAIL)
    register(client)
    enter(app, client, make_customer(app, "third@example.com"))
    register(app.test_client(), NEW_EMAIL)
    change_email(client, NEW_EMAIL)
    change_email(client, "fourth@example.com")
    for side in ("old", "new"):
        client.post(last_link(app, f"account_email_{side}"))
    client.post("/account/password", data={"present": PASSWORD, **NEW})
    ask_for_reset(app, client, NEW_EMAIL)
    with app.app_context(), transaction() as session:
        written = set()
        for row in session.scalars(select(Mail)):
            row.language = language
            message = _compose(row)
            text = message.get_body(("plain",)).get_content()
            written.add(row.template)
            assert message["Subject"]
            assert row.context.get("link", "") in text
            assert ("Galaxy Example" in text) == (language == "en")
    assert len(written) == 8


@pytest.mark.parametrize(
    ("password", "faults"),
    [
        ("three quiet herons 7", []),
        ("\u4e09\u53ea\u5b89\u9759\u7684\u82cd\u9e6d\u5728\u6cb3\u8fb9", []),
        ("", ["short", "common"]),
        ("nine char", ["short"]),
        ("ten chars!", []),
        ("x" * 257, ["long", "common"]),
        ("WOAINI1314520", ["common"]),
        ("1q2w3e4r5t", ["common"]),
        ("li.hua and more", ["contains-email"]),
        ("LI.HUA and more", ["contains-email"]),
    ],
)
def test_password_rules(password: str, faults: list[str]) -> None:
    assert rules.password_faults(password, EMAIL, common_passwords()) == faults


def test_short_local_parts_forbid_nothing() -> None:
    assert rules.password_faults("nothing to see here", "to@example.com", ()) == []


def test_list_of_common_passwords_is_worth_its_name() -> None:
    assert len(common_passwords()) > 2000
    assert all(len(password) >= rules.MINIMUM_PASSWORD for password in common_passwords())
