"""The pages of paying: where each press leads, what each state says, what nobody else sees."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.accounts.models import Customer
from storefront.applications.models import Application
from storefront.evidence.models import EvidenceContent, EvidenceRecord
from storefront.payments.models import Payment
from tests.payments.support import DECLINED, Shop, new_application, new_customer

SHOP = "http://127.0.0.1:8000"


def test_pressing_pay_leads_to_stripes_page_again_and_again(
    shop: Shop, browser: FlaskClient, application: Application
) -> None:
    answers = [browser.post(f"/payments/start/{application.ref}") for _ in range(3)]
    assert {answer.status_code for answer in answers} == {303}
    assert {answer.location for answer in answers} == {shop.sessions()[0]["url"]}


def test_stripes_page_leads_back_to_the_payment(
    shop: Shop, browser: FlaskClient, application: Application
) -> None:
    payment = shop.open(application)
    back = shop.pay(payment).headers["Location"]
    assert back == f"{SHOP}/payments/{payment.ref}?returned=paid"
    page = browser.get(back.removeprefix(SHOP))
    assert "We are waiting for the confirmation" in page.text
    assert shop.payment(payment.ref).state == "pending"  # coming back settles nothing
    (session,) = shop.sessions()
    cancelled = browser.get(session["cancel_url"].removeprefix(SHOP))
    assert "Not paid yet" in cancelled.text
    assert "Continue to payment" in cancelled.text


@pytest.mark.rule("E-01")
def test_what_the_page_shows_goes_into_the_record_of_the_application(
    shop: Shop, session: Session, browser: FlaskClient, application: Application
) -> None:
    payment = shop.open(application)
    browser.get(f"/payments/{payment.ref}?returned=paid")
    browser.get(f"/payments/{payment.ref}?seen=pending")  # asks again, and shows nothing
    shop.pay(payment)
    shop.deliver()
    browser.get(f"/payments/{payment.ref}?seen=pending")

    found = select(EvidenceRecord).where(EvidenceRecord.kind == "page:payment")
    records = session.scalars(found.order_by(EvidenceRecord.id)).all()
    assert [record.chain for record in records] == [application.ref] * 2
    pages = [session.get_one(EvidenceContent, row.content_sha256).body for row in records]
    assert 'data-stage="settled"' not in pages[0]
    assert 'data-stage="settled"' in pages[1]


def test_the_open_page_asks_again_by_itself_and_the_settled_one_does_not(
    shop: Shop, browser: FlaskClient, application: Application
) -> None:
    payment = shop.open(application)
    page = browser.get(f"/payments/{payment.ref}?returned=paid")
    assert 'hx-trigger="every 2s"' in page.text
    assert '<meta http-equiv="refresh"' in page.text
    poll = f"/payments/{payment.ref}?seen=pending"
    assert browser.get(poll).status_code == 204

    shop.pay(payment, DECLINED)
    shop.deliver()
    assert "The bank declined the card" in browser.get(poll).text

    shop.pay(payment)
    shop.deliver()
    settled = browser.get(poll)
    assert "Your payment has arrived" in settled.text
    assert 'href="/policies/"' in settled.text
    assert "hx-trigger" not in settled.text
    assert "http-equiv" not in settled.text


@pytest.mark.parametrize(
    ("stored", "words"),
    [
        ({"state": "created"}, "Not paid yet"),
        ({"state": "expired"}, "The time to pay has run out"),
        ({"state": "failed", "failure": "card_declined"}, "The bank declined the card"),
        ({"state": "failed", "failure": "amount_too_large"}, "too large for an online payment"),
        ({"state": "failed", "failure": "something_new"}, "nothing was charged; you may pay again"),
        ({"state": "settled"}, "Your payment has arrived"),
        ({"state": "settled", "held_reason": "amount"}, "is being checked"),
    ],
)
def test_every_state_says_what_is_so_and_what_comes_next(
    shop: Shop,
    browser: FlaskClient,
    application: Application,
    stored: dict[str, str],
    words: str,
) -> None:
    payment = shop.open(application)
    payment.settled_at = clock.now() if stored["state"] == "settled" else None
    for name, value in stored.items():
        setattr(payment, name, value)
    shop.session.commit()
    page = browser.get(f"/payments/{payment.ref}")
    assert page.status_code == 200
    assert words in page.text
    assert 'href="/help"' in page.text


@pytest.mark.rule("M-01")
def test_money_that_goes_back_is_shown_with_its_reason(
    shop: Shop, browser: FlaskClient, application: Application
) -> None:
    payment = shop.open(application)
    shop.pay(payment)
    application.state = "withdrawn"
    shop.session.commit()
    shop.deliver()
    page = browser.get(f"/payments/{payment.ref}")
    assert "The application had ended before the payment arrived" in page.text
    assert "132.09 CNY" in page.text
    assert "Sent back to where the payment came from" in page.text


def test_stripe_down_is_a_page_with_a_way_on_and_never_a_fault(
    shop: Shop, browser: FlaskClient, application: Application
) -> None:
    shop.sandbox.tell("stripe", mode="down", count=2)
    answer = browser.post(f"/payments/start/{application.ref}", follow_redirects=True)
    assert answer.status_code == 200
    assert "The payment service does not answer just now" in answer.text
    assert "Continue to payment" in answer.text
    again = browser.post(f"/payments/start/{application.ref}")
    assert again.location == shop.sessions()[0]["url"]


def test_an_application_that_cannot_be_paid_is_a_conflict(
    shop: Shop, browser: FlaskClient, apply: Callable[..., Application]
) -> None:
    answer = browser.post(f"/payments/start/{apply(state='withdrawn').ref}")
    assert answer.status_code == 409
    assert "This application cannot be paid at present." in answer.text


def test_what_has_ended_offers_the_application_and_no_second_payment(
    shop: Shop, browser: FlaskClient, application: Application
) -> None:
    payment = shop.open(application)
    payment.state, application.state = "expired", "withdrawn"
    shop.session.commit()
    page = browser.get(f"/payments/{payment.ref}")
    assert f'href="/applications/{application.ref}"' in page.text
    assert "Pay again" not in page.text


def test_what_belongs_to_somebody_else_is_not_there(
    shop: Shop, session: Session, browser: FlaskClient
) -> None:
    stranger: Customer = new_customer(session)
    application = new_application(session, stranger, clock.now())
    session.commit()
    payment: Payment = shop.open(application)
    assert browser.get(f"/payments/{payment.ref}").status_code == 404
    assert browser.post(f"/payments/start/{application.ref}").status_code == 404
    assert browser.get("/payments/P0000000000000").status_code == 404
    assert len(shop.sessions()) == 1


def test_strangers_are_sent_to_log_in(
    shop: Shop, client: FlaskClient, application: Application
) -> None:
    payment = shop.open(application)
    client.set_cookie("language", "en")
    assert "/account/" in client.get(f"/payments/{payment.ref}").location
    assert "/account/" in client.post(f"/payments/start/{application.ref}").location
