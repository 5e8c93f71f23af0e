"""Opening Stripe's page: one open session at a time, whatever is pressed, changed or killed."""

import threading
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from storefront import clock
from storefront.applications.models import Application
from storefront.crypto import new_reference
from storefront.db import violated
from storefront.errors import Conflict, NotFound
from storefront.payments import checkout, service
from storefront.payments.models import Payment
from tests.payments.support import DECLINED, PREMIUM, Shop


@pytest.mark.rule("M-03")
@pytest.mark.rule("M-04")
def test_the_session_asks_for_the_frozen_premium_in_one_sum(
    shop: Shop, application: Application
) -> None:
    payment = shop.open(application)
    (session,) = shop.sessions()
    items = shop.sandbox.stripe.v1.checkout.sessions.line_items.list(session["id"]).data
    assert (payment.amount, payment.state) == (PREMIUM, "pending")
    assert [(item.amount_total, item.currency, item.quantity) for item in items] == [
        (13209, "cny", 1)
    ]
    assert session["client_reference_id"] == payment.ref
    assert session["payment_method_types"] == ["card", "alipay", "wechat_pay"]
    assert session["locale"] == "zh"
    lasting = session["expires_at"] - session["created"]
    assert 30 * 60 <= lasting <= 32 * 60


@pytest.mark.rule("M-05")
def test_no_discount_or_promotion_code_is_ever_offered(
    shop: Shop, application: Application
) -> None:
    shop.open(application)
    (session,) = shop.sessions()
    assert not session["allow_promotion_codes"]
    assert not session["discounts"]
    assert session["amount_subtotal"] == session["amount_total"] == 13209


def test_pressing_again_leads_to_the_same_session(shop: Shop, application: Application) -> None:
    opened = [checkout.open_checkout(application.ref, application.customer_id) for _ in range(3)]
    assert len(set(opened)) == 1
    assert opened[0].url
    assert len(shop.sessions()) == 1


def test_many_tabs_at_once_end_at_one_open_session(
    app: Flask, shop: Shop, application: Application
) -> None:
    ref, customer_id = application.ref, application.customer_id
    shop.session.rollback()
    barrier = threading.Barrier(6)
    opened: list[checkout.Opened] = []

    def press() -> None:
        with app.app_context():
            barrier.wait()
            opened.append(checkout.open_checkout(ref, customer_id))

    threads = [threading.Thread(target=press) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(opened) == 6
    assert len({item.payment_ref for item in opened}) == 1
    assert len({item.url for item in opened if item.url}) == 1
    assert [item["status"] for item in shop.sessions()] == ["open"]
    assert shop.session.query(Payment).count() == 1


def test_the_database_itself_refuses_a_second_open_payment(
    shop: Shop, application: Application
) -> None:
    """The control of the test above: without the lock on the application, this is what is left."""
    shop.open(application)
    now = clock.now()
    shop.session.add(
        Payment(
            ref=new_reference("P"),
            application_id=application.id,
            purpose=service.FIRST_PREMIUM,
            amount=PREMIUM,
            currency="CNY",
            state="created",
            idempotency_key=new_reference("P"),
            created_at=now,
            expires_at=now,
        )
    )
    with pytest.raises(IntegrityError) as caught:
        shop.session.flush()
    assert violated(caught.value) == "uq_payment_open_application"


def test_killed_between_opening_and_storing_the_same_session_is_found_again(
    shop: Shop, application: Application
) -> None:
    # The line breaks after Stripe did the work: nobody here learns of the session.
    shop.sandbox.tell("stripe", mode="down", count=2)
    lost = checkout.open_checkout(application.ref, application.customer_id)
    assert (lost.url, lost.reachable) == (None, False)
    assert shop.payment(lost.payment_ref).state == "created"
    assert len(shop.sessions()) == 1

    found = checkout.open_checkout(application.ref, application.customer_id)

    assert found.payment_ref == lost.payment_ref
    assert found.url == shop.sessions()[0]["url"]
    assert len(shop.sessions()) == 1


def test_killed_before_stripe_was_asked_and_too_late_now_a_new_payment_begins(
    shop: Shop, application: Application
) -> None:
    payment = service.start(shop.session, application, clock.now() - timedelta(minutes=10))
    shop.session.commit()
    opened = checkout.open_checkout(application.ref, application.customer_id)
    assert shop.payment(payment.ref).state == "expired"
    assert opened.payment_ref != payment.ref
    assert opened.url
    assert len(shop.sessions()) == 1


def test_a_created_payment_past_its_time_is_ended_without_opening_a_session(
    shop: Shop, application: Application
) -> None:
    payment = service.start(shop.session, application, clock.now() - timedelta(hours=1))
    shop.session.commit()
    assert checkout.catch_up(payment.id) == "expired"
    assert shop.sessions() == []


def test_a_fault_of_stripe_spoils_the_key_and_another_payment_begins(
    shop: Shop, application: Application
) -> None:
    shop.sandbox.tell("stripe", mode="error", count=1)
    opened = checkout.open_checkout(application.ref, application.customer_id)
    assert opened.url
    payments = shop.session.query(Payment).order_by(Payment.id).all()
    assert [(item.state, item.failure) for item in payments] == [
        ("failed", "stripe_fault"),
        ("pending", None),
    ]
    assert len(shop.sessions()) == 1


def test_a_refused_session_says_why_and_asks_once(
    shop: Shop, apply: Callable[..., Application]
) -> None:
    application = apply(premium=Decimal("1000000.00"))
    opened = checkout.open_checkout(application.ref, application.customer_id)
    payment = shop.payment(opened.payment_ref)
    assert (opened.url, opened.reachable) == (None, True)
    assert (payment.state, payment.failure) == ("failed", "amount_too_large")
    assert shop.session.query(Payment).count() == 1


def test_an_open_session_of_an_older_price_is_closed_first(
    shop: Shop, application: Application
) -> None:
    older = shop.open(application)
    application.premium = Decimal("140.00")
    shop.session.commit()
    newer = shop.open(application)
    assert shop.payment(older.ref).state == "expired"
    assert (newer.amount, newer.state) == (Decimal("140.00"), "pending")
    assert [item["status"] for item in shop.sessions()] == ["open", "expired"]


def test_an_older_price_whose_session_was_never_stored_is_not_offered(
    shop: Shop, application: Application
) -> None:
    shop.sandbox.tell("stripe", mode="down", count=2)
    lost = checkout.open_checkout(application.ref, application.customer_id)
    application.premium = Decimal("140.00")
    shop.session.commit()
    newer = shop.open(application)
    assert shop.payment(lost.payment_ref).state == "expired"
    assert newer.amount == Decimal("140.00")
    assert [item["status"] for item in shop.sessions()] == ["open", "expired"]


def test_after_expiry_and_after_a_decline_the_customer_may_pay_again(
    shop: Shop, application: Application
) -> None:
    first = shop.open(application)
    shop.pay(first, DECLINED)
    assert shop.open(application).ref == first.ref
    shop.sandbox.stripe.v1.checkout.sessions.expire(str(first.stripe_session_id))
    second = shop.open(application)
    assert second.ref != first.ref
    assert shop.payment(first.ref).state == "expired"


def test_back_after_paying_leads_to_the_payment_and_not_to_a_second_charge(
    shop: Shop, application: Application
) -> None:
    payment = shop.open(application)
    shop.pay(payment)
    opened = checkout.open_checkout(application.ref, application.customer_id)
    assert (opened.payment_ref, opened.url) == (payment.ref, None)
    assert len(shop.sessions()) == 1


def test_while_money_is_held_nobody_pays_a_second_time(
    shop: Shop, application: Application
) -> None:
    payment = shop.open(application)
    shop.pay(payment)
    application.premium = Decimal("140.00")
    shop.session.commit()
    shop.deliver()
    assert shop.payment(payment.ref).held_reason == "premium"
    opened = checkout.open_checkout(application.ref, application.customer_id)
    assert (opened.payment_ref, opened.url) == (payment.ref, None)


def test_stripe_down_leaves_the_payment_to_be_repeated(
    shop: Shop, application: Application
) -> None:
    payment = shop.open(application)
    shop.sandbox.tell("stripe", mode="down", count=2)
    opened = checkout.open_checkout(application.ref, application.customer_id)
    assert (opened.payment_ref, opened.reachable) == (payment.ref, False)
    assert checkout.open_checkout(application.ref, application.customer_id).url


@pytest.mark.parametrize(
    "state", ["draft", "submitted", "referred", "declined", "withdrawn", "paid"]
)
def test_only_an_accepted_application_can_be_paid(
    shop: Shop, apply: Callable[..., Application], state: str
) -> None:
    with pytest.raises(Conflict):
        shop.open(apply(state=state))
    assert shop.sessions() == []


@pytest.mark.rule("M-03")
def test_an_offer_that_has_ended_cannot_be_paid(
    shop: Shop, apply: Callable[..., Application]
) -> None:
    with pytest.raises(Conflict):
        shop.open(apply(expires_at=clock.now()))


@pytest.mark.rule("M-01")
def test_somebody_else_cannot_pay_it(shop: Shop, application: Application) -> None:
    with pytest.raises(NotFound):
        checkout.open_checkout(application.ref, application.customer_id + 1)
