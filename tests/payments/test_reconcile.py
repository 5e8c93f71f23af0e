"""What the webhook missed is fetched from Stripe, as often as one likes; the commands for staff."""

from collections.abc import Callable
from datetime import timedelta

from flask import Flask

from storefront import clock
from storefront.applications.models import Application
from storefront.payments import checkout, reconcile, service
from storefront.payments.models import Payment
from tests.payments.support import DECLINED, Shop
from tests.sandbox.conftest import order

SINCE = timedelta(days=3)


def test_missed_events_are_made_up_for_once(shop: Shop, apply: Callable[..., Application]) -> None:
    paid, expired, declined, untouched = (shop.open(apply()) for _ in range(4))
    shop.pay(paid)
    shop.sandbox.stripe.v1.checkout.sessions.expire(str(expired.stripe_session_id))
    shop.pay(declined, DECLINED)
    shop.sandbox.stripe.v1.checkout.sessions.create(order())  # type: ignore[arg-type]

    first = reconcile.reconcile(clock.now() - SINCE)
    second = reconcile.reconcile(clock.now() - SINCE)

    assert first == {
        "sessions": 5, "settled": 1, "expired": 1, "attempt failed": 1, "ignored": 1, "unknown": 1,
    }  # fmt: skip
    assert (second["settled"], second["expired"]) == (0, 0)
    states = [shop.payment(item.ref).state for item in (paid, expired, declined, untouched)]
    assert states == ["settled", "expired", "pending", "pending"]
    assert shop.settled == [paid.ref]
    shop.deliver(copies=2, seed=4)
    assert shop.settled == [paid.ref]


def test_a_session_we_never_stored_is_found_by_our_reference(
    shop: Shop, application: Application
) -> None:
    shop.sandbox.tell("stripe", mode="down", count=2)
    lost = checkout.open_checkout(application.ref, application.customer_id)
    reconcile.reconcile(clock.now() - SINCE)
    payment = shop.payment(lost.payment_ref)
    assert (payment.state, payment.stripe_session_id) == ("pending", shop.sessions()[0]["id"])


def test_every_minute_payments_past_their_time_are_ended(
    shop: Shop, apply: Callable[..., Application]
) -> None:
    paid, left = shop.open(apply()), shop.open(apply())
    shop.pay(paid)
    never = service.start(shop.session, apply(), clock.now() - timedelta(hours=2))
    for payment in (paid, left):
        payment.expires_at = clock.now() - timedelta(seconds=1)
    shop.session.commit()

    reconcile.catch_up_overdue()

    states = [shop.payment(item.ref).state for item in (paid, left, never)]
    assert states == ["settled", "expired", "expired"]
    assert {item["status"] for item in shop.sessions()} == {"complete", "expired"}


def test_catching_up_waits_while_stripe_is_down(shop: Shop, application: Application) -> None:
    payment = shop.open(application)
    payment.expires_at = clock.now() - timedelta(seconds=1)
    shop.session.commit()
    shop.sandbox.tell("stripe", mode="down", count=2)
    reconcile.catch_up_overdue()
    assert shop.payment(payment.ref).state == "pending"
    reconcile.catch_up_overdue()
    assert shop.payment(payment.ref).state == "expired"


def test_a_session_stripe_no_longer_knows_is_over(shop: Shop, application: Application) -> None:
    payment = shop.open(application)
    payment.stripe_session_id = "cs_test_of_another_account"
    shop.session.commit()
    assert shop.open(application).ref != payment.ref
    assert shop.payment(payment.ref).state == "expired"


def test_the_command_prints_what_it_came_to(
    app: Flask, shop: Shop, application: Application
) -> None:
    shop.pay(shop.open(application))
    answer = _run(app, "reconcile")
    assert answer.exit_code == 0
    assert "settled: 1" in answer.output
    again = _run(app, "reconcile", "--since", f"{clock.now() - SINCE:%Y-%m-%d}")
    assert "settled: 1" not in again.output


def test_the_command_says_that_stripe_is_down(app: Flask, shop: Shop) -> None:
    shop.sandbox.tell("stripe", mode="down")
    answer = _run(app, "reconcile")
    assert answer.exit_code == 1
    assert "\nError: Stripe does not answer as expected: APIConnectionError\n" in answer.output


def test_held_money_is_listed_and_sent_back_by_command(
    app: Flask, shop: Shop, application: Application
) -> None:
    payment = _held(shop, application)
    listed = _run(app, "held")
    assert f"{payment.ref} 132.09 CNY (asked 132.09 CNY)" in listed.output
    assert _run(app, "release", payment.ref).exit_code == 1
    assert _run(app, "refund", payment.ref).output == "done\n"
    shop.work()
    assert [item["amount"] for item in shop.refunds()] == [13209]
    assert payment.ref not in _run(app, "held").output


def test_held_money_that_fits_again_is_released_by_command(
    app: Flask, shop: Shop, application: Application
) -> None:
    payment = _held(shop, application)
    application.state = "accepted"
    shop.session.commit()
    assert _run(app, "release", payment.ref).output == "done\n"
    assert shop.settled == [payment.ref]
    assert _run(app, "refund", payment.ref).exit_code == 1


def test_commands_about_an_unknown_payment_say_so(app: Flask, shop: Shop) -> None:
    for command in ("refund", "release"):
        answer = _run(app, command, "P000")
        assert (answer.exit_code, answer.output) == (1, "Error: There is no payment P000.\n")


def _held(shop: Shop, application: Application) -> Payment:
    payment = shop.open(application)
    shop.pay(payment)
    application.state = "draft"
    shop.session.commit()
    shop.deliver()
    return shop.payment(payment.ref)


def _run(app: Flask, *arguments: str):  # type: ignore[no-untyped-def]
    return app.test_cli_runner().invoke(args=["payments", *arguments])
