"""Money going back: the way it came, once, never more than was paid, told to the customer."""

import threading
from decimal import Decimal

import httpx
import pytest
from flask import Flask

from storefront import clock
from storefront.applications.models import Application
from storefront.db import transaction
from storefront.errors import Refused
from storefront.money import to_minor
from storefront.payments import reconcile, refunds, service, stripe_client
from storefront.payments.models import Payment, Refund
from tests.launch.installation import eventually
from tests.payments.support import PREMIUM, Shop


@pytest.fixture
def paid(shop: Shop, application: Application) -> Payment:
    payment = shop.open(application)
    shop.pay(payment)
    shop.deliver()
    return shop.payment(payment.ref)


def _request(shop: Shop, payment: Payment, amount: Decimal, reason: str) -> Refund:
    refund = service.request_refund(shop.session, payment, amount, reason, clock.now())
    shop.session.commit()
    return refund


def _refund_to_wallet(shop: Shop, application: Application) -> Refund:
    """One that was sent and has not arrived."""
    payment = shop.open(application)
    shop.pay_by_wallet(payment)
    shop.deliver()
    refund = _request(shop, shop.payment(payment.ref), PREMIUM, "insurer_refused")
    shop.work()
    return refund


@pytest.mark.rule("M-01")
def test_a_refund_goes_back_to_the_charge_it_came_from(shop: Shop, paid: Payment) -> None:
    refund = _request(shop, paid, PREMIUM, "insurer_refused")
    shop.work()
    (sent,) = shop.refunds()
    assert sent["payment_intent"] == paid.stripe_payment_intent_id
    assert sent["amount"] == 13209
    shop.session.refresh(refund)
    assert (refund.state, refund.stripe_refund_id) == ("done", sent["id"])
    assert service.stage(shop.session, shop.payment(paid.ref)) == "returned"


@pytest.mark.rule("M-01")
def test_a_wallet_refund_is_sent_and_done_when_it_has_arrived(
    shop: Shop, application: Application
) -> None:
    refund = _refund_to_wallet(shop, application)
    shop.session.refresh(refund)
    assert (refund.state, refund.done_at) == ("sent", None)
    assert shop.refunds()[0]["destination_details"]["type"] == "alipay"
    _wait_until_refunded(shop)
    shop.deliver(copies=3, seed=5)
    shop.session.refresh(refund)
    assert refund.state == "done"
    assert len(_mails(shop)) == 1


def test_the_customer_is_told_once_when_it_is_done(shop: Shop, paid: Payment) -> None:
    refund = _request(shop, paid, PREMIUM, "withdrawn")
    shop.work()
    shop.deliver(copies=2, seed=2)
    (mail,) = _mails(shop)
    assert refund.ref in mail["subject"]
    assert "132.09 CNY" in mail["subject"]


def test_asking_twice_for_the_same_reason_is_one_refund(shop: Shop, paid: Payment) -> None:
    first = _request(shop, paid, Decimal("10.00"), "cooling_off")
    second = _request(shop, paid, Decimal("20.00"), "cooling_off")
    shop.work()
    assert first.id == second.id
    assert [item["amount"] for item in shop.refunds()] == [1000]


@pytest.mark.parametrize("amount", ["132.10", "0.00", "-1.00"])
def test_more_than_was_paid_or_nothing_is_refused(shop: Shop, paid: Payment, amount: str) -> None:
    with pytest.raises(Refused):
        _request(shop, paid, Decimal(amount), "cooling_off")


def test_parts_never_add_up_to_more_than_was_paid(shop: Shop, paid: Payment) -> None:
    _request(shop, paid, Decimal("100.00"), "endorsement:1")
    with pytest.raises(Refused):
        _request(shop, paid, Decimal("32.10"), "endorsement:2")
    shop.session.rollback()
    _request(shop, paid, Decimal("32.09"), "endorsement:2")
    shop.work()
    assert sum(item["amount"] for item in shop.refunds()) == 13209


def test_refunds_asked_for_at_the_same_moment_stay_within_the_payment(
    app: Flask, shop: Shop, paid: Payment
) -> None:
    payment_id = paid.id
    shop.session.rollback()
    barrier = threading.Barrier(4)
    refused: list[str] = []

    def ask(number: int) -> None:
        with app.app_context():
            barrier.wait()
            try:
                with transaction() as session:
                    payment = session.get_one(Payment, payment_id)
                    service.request_refund(
                        session, payment, Decimal("50.00"), f"part:{number}", clock.now()
                    )
            except Refused as error:
                refused.append(error.message)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 2
    shop.work()
    assert [item["amount"] for item in shop.refunds()] == [5000, 5000]


def test_an_unpaid_payment_has_nothing_to_refund(shop: Shop, application: Application) -> None:
    with pytest.raises(Refused):
        _request(shop, shop.open(application), PREMIUM, "cooling_off")


def test_killed_after_stripe_was_told_it_is_sent_once(shop: Shop, paid: Payment) -> None:
    refund = _request(shop, paid, PREMIUM, "insurer_refused")
    # What the killed job did, and nobody wrote down:
    stripe_client.create_refund(
        refund.idempotency_key,
        str(paid.stripe_payment_intent_id),
        to_minor(refund.amount),
        refund.ref,
    )
    shop.work()
    assert len(shop.refunds()) == 1
    shop.session.refresh(refund)
    assert refund.state == "done"


def test_a_refund_stripe_has_is_recognised_when_its_key_is_forgotten(
    shop: Shop, paid: Payment
) -> None:
    refund = _request(shop, paid, Decimal("50.00"), "cooling_off")
    stripe_client.create_refund(
        "a key of two days ago", str(paid.stripe_payment_intent_id), 5000, refund.ref
    )
    shop.work()
    assert [item["amount"] for item in shop.refunds()] == [5000]
    shop.session.refresh(refund)
    assert refund.state == "done"


def test_doing_the_job_again_and_again_sends_once(shop: Shop, paid: Payment) -> None:
    refund = _request(shop, paid, PREMIUM, "insurer_refused")
    for _ in range(3):
        refunds.send_refund(refund_id=refund.id)
    assert len(shop.refunds()) == 1


def test_a_fault_of_stripe_spoils_the_key_and_the_refund_is_still_sent_once(
    shop: Shop, paid: Payment
) -> None:
    refund = _request(shop, paid, PREMIUM, "insurer_refused")
    shop.sandbox.tell("stripe", mode="error", count=1)
    with pytest.raises(stripe_client.Spoilt):
        stripe_client.create_refund(
            refund.idempotency_key, str(paid.stripe_payment_intent_id), 13209, refund.ref
        )
    with pytest.raises(stripe_client.Spoilt):
        refunds.send_refund(refund_id=refund.id)
    refunds.send_refund(refund_id=refund.id)
    assert len(shop.refunds()) == 1
    shop.session.expire_all()
    assert refund.state == "done"


def test_a_refused_refund_fails_visibly_and_can_be_asked_for_again(
    shop: Shop, paid: Payment
) -> None:
    # Somebody refunded it in Stripe's own pages.
    shop.sandbox.stripe.v1.refunds.create(
        {"payment_intent": str(paid.stripe_payment_intent_id), "amount": 10000}
    )
    refund = _request(shop, paid, PREMIUM, "held")
    shop.work()
    shop.session.expire_all()
    assert refund.state == "failed"
    assert [item.ref for item in service.failed_refunds(shop.session)] == [refund.ref]
    again = _request(shop, paid, Decimal("32.09"), "held")
    shop.work()
    shop.session.expire_all()
    assert (again.id, again.state) == (refund.id, "done")


def test_reconciling_finishes_a_refund_whose_events_were_lost(
    shop: Shop, application: Application
) -> None:
    refund = _refund_to_wallet(shop, application)
    _wait_until_refunded(shop)
    reconcile.reconcile(clock.now() - reconcile.LOOK_BACK)
    shop.session.expire_all()
    assert refund.state == "done"


def _wait_until_refunded(shop: Shop) -> None:
    eventually(lambda: shop.refunds()[0]["status"] == "succeeded", 10)


def _mails(shop: Shop) -> list[dict[str, str]]:
    shop.work()
    answer = httpx.get(f"{shop.sandbox.url}/mailbox/messages.json")
    found: list[dict[str, str]] = answer.json()
    return found
