"""What may reach us as an event: signed, young, known or not, once or many times."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import stripe
from flask import Flask
from flask.testing import FlaskClient

from storefront.applications.models import Application
from storefront.payments import events
from storefront.payments.models import StripeEvent
from tests.payments.support import DUE_JOBS, Shop
from tests.sandbox.process import WEBHOOK_SECRETS


@pytest.fixture
def event(shop: Shop, application: Application) -> dict[str, Any]:
    shop.pay(shop.open(application))
    return next(item for item in shop.events() if item["type"] == "checkout.session.completed")


@pytest.mark.parametrize("secret", WEBHOOK_SECRETS)
def test_either_secret_is_accepted_while_they_are_rotated(
    shop: Shop, event: dict[str, Any], secret: str
) -> None:
    assert shop.post(event, secret).status_code == 200
    assert shop.session.get_one(StripeEvent, event["id"]).handled_at is None


@pytest.mark.parametrize(
    ("secret", "age"), [("whsec_wrong", 0), ("", 0), (WEBHOOK_SECRETS[0], 301)]
)
def test_a_wrong_or_old_signature_is_refused(
    shop: Shop, event: dict[str, Any], secret: str, age: int
) -> None:
    assert shop.post(event, secret, age).status_code == 400
    assert shop.session.query(StripeEvent).count() == 0


def test_a_signature_of_four_minutes_ago_is_accepted(shop: Shop, event: dict[str, Any]) -> None:
    assert shop.post(event, age=240).status_code == 200


@pytest.mark.parametrize("header", [None, "", "t=,v1=", "nonsense", "t=1,v0=abc"])
def test_a_message_without_a_proper_signature_is_refused(app: Flask, header: str | None) -> None:
    headers = {} if header is None else {"Stripe-Signature": header}
    answer = app.test_client().post("/stripe/webhook", data=b"{}", headers=headers)
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b"\xff\xfe", b'{"object": "event"}', b'{"object": "v2.core.event"}']
)
def test_a_signed_message_that_is_no_event_is_refused(app: Flask, body: bytes) -> None:
    text = body.decode("latin-1") if body == b"\xff\xfe" else body.decode()
    signature = stripe.WebhookSignature.generate_signature_header(text, WEBHOOK_SECRETS[0])
    answer = app.test_client().post(
        "/stripe/webhook", data=body, headers={"Stripe-Signature": signature}
    )
    assert answer.status_code == 400


def test_stripe_needs_no_form_token_but_a_customer_does(
    app: Flask, shop: Shop, event: dict[str, Any], browser: FlaskClient, application: Application
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        assert shop.post(event).status_code == 200
        assert browser.post(f"/payments/start/{application.ref}").status_code == 400
    finally:
        app.config["WTF_CSRF_ENABLED"] = False


def test_an_endless_message_is_not_read(app: Flask) -> None:
    body = b" " * (events.LARGEST_BODY + 1)
    assert app.test_client().post("/stripe/webhook", data=body).status_code == 413


def test_an_event_is_stored_once_with_one_job_and_without_personal_data(
    shop: Shop, event: dict[str, Any]
) -> None:
    for _ in range(3):
        assert shop.post(event).status_code == 200
    (stored,) = shop.session.query(StripeEvent).all()
    assert shop.session.scalar(DUE_JOBS) == 1
    assert event["data"]["object"]["customer_email"] not in json.dumps(stored.payload)


def test_an_event_of_no_interest_is_kept_and_done_at_once(
    shop: Shop, event: dict[str, Any]
) -> None:
    assert shop.post({**event, "id": "evt_other", "type": "payout.paid"}).status_code == 200
    stored = shop.session.get_one(StripeEvent, "evt_other")
    assert (stored.handled_at is not None, stored.outcome) == (True, "ignored")
    assert shop.session.scalar(DUE_JOBS) == 0


@pytest.mark.parametrize("kind", ["checkout.session", "payment_intent", "refund", "charge"])
def test_an_event_about_something_unknown_is_marked_so(
    shop: Shop, application: Application, kind: str
) -> None:
    payment = shop.open(application)
    types = {
        "checkout.session": "checkout.session.expired",
        "payment_intent": "payment_intent.payment_failed",
        "refund": "refund.updated",
        "charge": "charge.refunded",
    }
    subject = {"id": "x_1", "object": kind, "metadata": {}, "payment_intent": None}
    event = {
        "id": f"evt_{kind}",
        "object": "event",
        "type": types[kind],
        "created": 1,
        "data": {"object": subject},
    }
    assert shop.post(event).status_code == 200
    shop.work()
    assert shop.session.get_one(StripeEvent, event["id"]).outcome == "unknown"
    assert shop.payment(payment.ref).state == "pending"


def test_an_event_that_lies_settles_nothing(shop: Shop, application: Application) -> None:
    """The job believes only what it fetches from Stripe itself."""
    payment = shop.open(application)
    subject = {
        "id": payment.stripe_session_id,
        "object": "checkout.session",
        "payment_status": "paid",
        "amount_total": 13209,
    }
    event = {
        "id": "evt_lie",
        "object": "event",
        "type": "checkout.session.completed",
        "created": 1,
        "data": {"object": subject},
    }
    shop.post(event)
    shop.work()
    assert shop.payment(payment.ref).state == "pending"
    assert shop.settled == []


def test_an_event_waits_while_stripe_is_down(shop: Shop, event: dict[str, Any]) -> None:
    shop.post(event)
    shop.sandbox.tell("stripe", mode="down", count=2)
    shop.work()
    assert shop.settled == []
    _wait_for_jobs(shop, lambda: bool(shop.settled))
    assert len(shop.settled) == 1


def _wait_for_jobs(shop: Shop, done: Callable[[], bool]) -> None:
    import time

    end = time.monotonic() + 10
    while not done():
        assert time.monotonic() < end
        time.sleep(0.2)
        shop.work()
