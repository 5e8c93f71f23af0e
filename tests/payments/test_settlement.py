"""What Stripe's word on a session leads to: a policy once, a hold, or the money back."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from storefront import clock
from storefront.applications.models import Application
from storefront.payments import service
from storefront.payments.models import Refund, StripeEvent
from tests.payments.support import DECLINED, PREMIUM, Shop


@pytest.mark.rule("M-03")
def test_a_paid_session_settles_the_payment_and_nothing_before_does(
    shop: Shop, application: Application
) -> None:
    payment = shop.open(application)
    assert (payment.state, application.state, shop.settled) == ("pending", "accepted", [])
    shop.pay(payment)
    assert (shop.payment(payment.ref).state, shop.settled) == ("pending", [])

    shop.deliver()

    settled = shop.payment(payment.ref)
    assert settled.state == "settled"
    assert settled.held_reason is None
    assert settled.settled_at is not None
    assert settled.application.state == "paid"
    assert shop.settled == [payment.ref]


@pytest.mark.parametrize("seed", range(3))
def test_each_event_three_times_in_any_order_settles_once(
    shop: Shop, application: Application, seed: int
) -> None:
    payment = shop.open(application)
    shop.pay(payment, DECLINED)
    shop.pay(payment)
    shop.deliver(copies=3, seed=seed)
    assert shop.settled == [payment.ref]
    assert shop.payment(payment.ref).state == "settled"
    stored = shop.session.query(StripeEvent).all()
    assert len(stored) == len(shop.events())
    assert all(event.handled_at for event in stored)


def test_a_declined_card_is_noted_and_the_same_session_can_still_be_paid(
    shop: Shop, application: Application
) -> None:
    payment = shop.open(application)
    shop.pay(payment, DECLINED)
    shop.deliver()
    noted = shop.payment(payment.ref)
    assert (noted.state, noted.failure) == ("pending", "card_declined")
    shop.pay(payment)
    shop.deliver()
    paid = shop.payment(payment.ref)
    assert (paid.state, paid.failure) == ("settled", None)


def test_a_wallet_that_settles_later_is_pending_until_then(
    shop: Shop, application: Application
) -> None:
    payment = shop.open(application)
    shop.pay_by_wallet(payment, "succeed-later")
    shop.deliver()
    assert shop.payment(payment.ref).state == "pending"
    _wait_for(shop, "checkout.session.async_payment_succeeded")
    shop.deliver()
    assert shop.payment(payment.ref).state == "settled"
    assert shop.settled == [payment.ref]


def test_a_wallet_that_fails_later_lets_the_customer_pay_again(
    shop: Shop, application: Application
) -> None:
    payment = shop.open(application)
    shop.pay_by_wallet(payment, "fail-later")
    _wait_for(shop, "checkout.session.async_payment_failed")
    shop.deliver()
    failed = shop.payment(payment.ref)
    assert (failed.state, failed.failure) == ("failed", "card_declined")
    again = shop.open(application)
    assert again.ref != payment.ref
    shop.pay(again)
    shop.deliver()
    assert shop.settled == [again.ref]


@pytest.mark.rule("M-05")
@pytest.mark.parametrize("asked", [Decimal("132.10"), Decimal("132.08")])
def test_another_amount_is_held_and_never_issued(
    shop: Shop, application: Application, asked: Decimal
) -> None:
    payment = shop.open(application)
    shop.pay(payment)
    payment.amount = application.premium = asked
    shop.session.commit()

    shop.deliver()

    held = shop.payment(payment.ref)
    assert (held.state, held.held_reason) == ("settled", "amount")
    assert (held.received_amount, held.received_currency) == (PREMIUM, "CNY")
    assert held.application.state == "accepted"
    assert shop.settled == []
    assert [item.ref for item in service.held_payments(shop.session)] == [payment.ref]
    assert service.stage(shop.session, held) == "held"


def test_another_currency_is_held_and_goes_back_in_that_currency(
    shop: Shop, application: Application
) -> None:
    payment = shop.open(application)
    shop.pay(payment)
    payment.currency = application.currency = "HKD"
    shop.session.commit()
    shop.deliver()
    held = shop.payment(payment.ref)
    assert (held.held_reason, held.received_currency) == ("currency", "CNY")
    refund = service.refund_held(shop.session, held, clock.now())
    assert (refund.amount, refund.currency) == (PREMIUM, "CNY")


def test_a_premium_changed_meanwhile_is_held(shop: Shop, application: Application) -> None:
    payment = shop.open(application)
    shop.pay(payment)
    application.premium = Decimal("140.00")
    shop.session.commit()
    shop.deliver()
    assert shop.payment(payment.ref).held_reason == "premium"
    assert shop.settled == []


@pytest.mark.parametrize("state", ["withdrawn", "expired", "declined"])
def test_money_for_an_application_that_ended_goes_back_by_itself(
    shop: Shop, application: Application, state: str
) -> None:
    payment = shop.open(application)
    shop.pay(payment)
    application.state = state
    shop.session.commit()

    shop.deliver(copies=2, seed=1)

    returned = shop.payment(payment.ref)
    assert (returned.state, returned.held_reason) == ("settled", "withdrawn")
    assert shop.settled == []
    assert [item["amount"] for item in shop.refunds()] == [13209]
    refund = shop.session.query(Refund).one()
    assert (refund.state, refund.reason, refund.amount) == ("done", "withdrawn", PREMIUM)
    assert service.held_payments(shop.session) == []
    assert service.stage(shop.session, returned) == "returned"


@pytest.mark.rule("M-03")
def test_money_that_arrives_after_cover_was_to_begin_goes_back(
    shop: Shop, application: Application
) -> None:
    payment = shop.open(application)
    shop.pay(payment)
    application.expires_at = clock.now() - timedelta(minutes=1)
    shop.session.commit()
    shop.deliver()
    assert shop.payment(payment.ref).held_reason == "late"
    assert len(shop.refunds()) == 1
    assert shop.settled == []


def test_money_paid_in_time_counts_however_late_we_hear_of_it(
    shop: Shop, application: Application
) -> None:
    payment = shop.open(application)
    shop.pay(payment)
    application.expires_at = clock.now() + timedelta(seconds=1)
    shop.session.commit()
    _wait(1.2)
    shop.deliver()
    assert shop.settled == [payment.ref]


def test_a_second_payment_for_the_same_application_goes_back(
    shop: Shop, application: Application
) -> None:
    first = shop.open(application)
    first.state = "expired"  # given up here while the customer still had Stripe's page open
    shop.session.commit()
    second = shop.open(application)
    shop.pay(first)
    shop.pay(second)
    shop.deliver(copies=2, seed=3)
    payments = [shop.payment(first.ref), shop.payment(second.ref)]
    assert [payment.state for payment in payments] == ["settled", "settled"]
    assert sorted(str(payment.held_reason) for payment in payments) == ["None", "duplicate"]
    assert len(shop.settled) == 1
    assert [item["amount"] for item in shop.refunds()] == [13209]


def test_an_application_being_changed_holds_the_money_until_it_fits_again(
    shop: Shop, application: Application
) -> None:
    payment = shop.open(application)
    shop.pay(payment)
    application.state = "draft"
    shop.session.commit()
    shop.deliver()
    held = shop.payment(payment.ref)
    assert held.held_reason == "application"
    with pytest.raises(service.Refused):
        service.release_hold(shop.session, held, clock.now())
    held.application.state = "accepted"
    service.release_hold(shop.session, held, clock.now())
    shop.session.commit()
    assert shop.settled == [payment.ref]
    assert shop.payment(payment.ref).application.state == "paid"


def test_an_expired_session_expires_the_payment(
    shop: Shop, apply: Callable[..., Application]
) -> None:
    payment = shop.open(apply())
    shop.sandbox.stripe.v1.checkout.sessions.expire(str(payment.stripe_session_id))
    shop.deliver()
    assert shop.payment(payment.ref).state == "expired"


def _wait_for(shop: Shop, kind: str) -> None:
    for _ in range(100):
        if any(event["type"] == kind for event in shop.events()):
            return
        _wait(0.1)
    raise AssertionError(f"{kind} did not happen")


def _wait(seconds: float) -> None:
    import time

    time.sleep(seconds)
