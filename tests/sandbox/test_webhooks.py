"""Webhooks: signed, retried, held, copied and shuffled."""

import pytest
import stripe

from tests.launch.installation import eventually
from tests.sandbox.conftest import card, order
from tests.sandbox.process import WEBHOOK_SECRETS, Receiver, Sandbox, http

PAID = {"charge.succeeded", "payment_intent.succeeded", "checkout.session.completed"}


def test_payment_is_told_by_signed_events(sandbox: Sandbox, receiver: Receiver) -> None:
    session_id = pay(sandbox)
    eventually(lambda: len(receiver.deliveries) == 3)
    assert set(receiver.types()) == PAID
    for delivery in receiver.deliveries:
        assert delivery.path == "/stripe/webhook"
        # Both secrets verify while one is being rotated.
        assert delivery.event(WEBHOOK_SECRETS[0]) == delivery.event(WEBHOOK_SECRETS[1])
        with pytest.raises(stripe.SignatureVerificationError):
            delivery.event("whsec_other")
    event = next(
        delivery.event()
        for delivery in receiver.deliveries
        if delivery.event().type == "checkout.session.completed"
    )
    assert event.data.object.id == session_id
    assert event.data.object.payment_status == "paid"
    assert event.api_version == stripe.api_version
    listed = sandbox.stripe.v1.events.retrieve(event.id)
    assert listed.data.object == event.data.object
    eventually(lambda: sandbox.stripe.v1.events.retrieve(event.id).pending_webhooks == 0)


def test_refused_delivery_is_repeated_with_growing_pauses(
    sandbox: Sandbox, receiver: Receiver
) -> None:
    receiver.statuses[:] = [500, 302]
    expire_one(sandbox)
    eventually(lambda: len(receiver.deliveries) == 3)
    first, second, third = receiver.deliveries
    assert first.event().id == second.event().id == third.event().id
    assert 0.9 < second.at - first.at < 1.7
    assert 1.9 < third.at - second.at < 2.7


def test_held_events_arrive_when_let_go(sandbox: Sandbox, receiver: Receiver) -> None:
    sandbox.tell("stripe", mode="hold-webhooks")
    pay(sandbox)
    with pytest.raises(AssertionError):
        eventually(lambda: receiver.deliveries, 0.5)
    assert sandbox.stripe.v1.events.list().data[0].pending_webhooks == 1
    sandbox.tell("stripe", mode="normal")
    eventually(lambda: set(receiver.types()) == PAID)


def test_copies_arrive_shuffled(sandbox: Sandbox, receiver: Receiver) -> None:
    sandbox.tell("stripe", mode="normal", copies=3)
    pay(sandbox)
    eventually(lambda: len(receiver.deliveries) == 9)
    assert sorted(receiver.types()) == sorted([*PAID] * 3)


def pay(sandbox: Sandbox) -> str:
    session = sandbox.stripe.v1.checkout.sessions.create(order())
    assert http.post(session.url, data=card()).status_code == 303
    return session.id


def expire_one(sandbox: Sandbox) -> None:
    session = sandbox.stripe.v1.checkout.sessions.create(order())
    sandbox.stripe.v1.checkout.sessions.expire(session.id)
