"""The hosted payment page, driven by posting its forms."""

import socket
from urllib.parse import urlencode

import httpx
import pytest
import stripe

from tests.launch.installation import eventually
from tests.sandbox.conftest import card, order
from tests.sandbox.process import Receiver, Sandbox, http

Session = stripe.checkout.Session
DECLINING, CONFIRMING = "4000 0000 0000 0002", "4000002500003155"


@pytest.fixture
def session(sandbox: Sandbox) -> Session:
    return sandbox.stripe.v1.checkout.sessions.create(order(locale="en"))


def fetched(sandbox: Sandbox, session: Session) -> Session:
    return sandbox.stripe.v1.checkout.sessions.retrieve(
        session.id, {"expand": ["payment_intent.latest_charge"]}
    )


@pytest.mark.parametrize(
    ("locale", "language"), [("", "zh-Hans"), ("auto", "zh-Hans"), ("zh", "zh-Hans"), ("en", "en")]
)
def test_page_shows_the_order_in_the_sessions_language(
    sandbox: Sandbox, locale: str, language: str
) -> None:
    session = sandbox.stripe.v1.checkout.sessions.create(order(locale=locale))
    page = http.get(session.url, headers={"Accept-Language": "fr"})
    assert f'<html lang="{language}">' in page.text
    assert "Travel accident" in page.text
    assert "¥132.09" in page.text
    assert 'href="http://shop.example/back"' in page.text
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self' http://shop.example" in policy
    assert "unsafe" not in policy


def test_paying_leads_back_to_the_shop(sandbox: Sandbox, session: Session) -> None:
    answer = http.post(session.url, data=card())
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"http://shop.example/done?session={session.id}"
    paid = fetched(sandbox, session)
    assert (paid.status, paid.payment_status, paid.url) == ("complete", "paid", None)
    assert (paid.customer_details.name, paid.customer_details.email) == ("Li Hua", "li@example.com")


def test_declined_card_may_be_replaced(
    sandbox: Sandbox, session: Session, receiver: Receiver
) -> None:
    declined = http.post(session.url, data=card(DECLINING))
    assert declined.status_code == 402
    assert "Your card was declined" in declined.text
    tried = fetched(sandbox, session)
    assert (tried.status, tried.payment_intent.status) == ("open", "requires_payment_method")
    assert tried.payment_intent.last_payment_error.decline_code == "generic_decline"
    assert tried.payment_intent.latest_charge.failure_code == "card_declined"
    http.post(session.url, data=card())
    paid = fetched(sandbox, session)
    assert paid.payment_intent.id == tried.payment_intent.id
    assert (paid.payment_status, paid.payment_intent.last_payment_error) == ("paid", None)
    eventually(lambda: len(receiver.deliveries) == 5)
    assert {"charge.failed", "payment_intent.payment_failed"} <= set(receiver.types())


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"card-number": "4242 4242 4242 4241"}, "number", "not valid"),
        ({"card-number": ""}, "number", "not valid"),
        ({"card-number": "5555 5555 5555 4444"}, "number", "not a test card"),
        ({"card-expiry": "13/40"}, "expiry", "MM/YY"),
        ({"card-expiry": "01/20"}, "expiry", "expired"),
        ({"card-cvc": "12"}, "cvc", "three digits"),
        ({"card-name": " "}, "name", "name on the card"),
    ],
)
def test_wrong_field_is_explained_and_kept(
    sandbox: Sandbox, session: Session, changes: dict[str, str], field: str, message: str
) -> None:
    answer = http.post(session.url, data=card(**changes))
    assert answer.status_code == 422
    assert message in answer.text
    assert f'aria-describedby="card-{field}-fault"' in answer.text
    assert f'href="#card-{field}"' in answer.text
    assert fetched(sandbox, session).payment_intent is None


def test_bank_asks_for_confirmation(sandbox: Sandbox, session: Session) -> None:
    asked = http.post(session.url, data=card(CONFIRMING))
    confirmation = httpx.URL(session.url).join(asked.headers["Location"])
    assert fetched(sandbox, session).payment_intent.status == "requires_action"
    assert "3155" in http.get(confirmation).text
    failed = http.post(confirmation, data={"outcome": "fail"}, follow_redirects=True)
    assert "could not confirm" in failed.text
    assert fetched(sandbox, session).status == "open"
    http.post(session.url, data=card(CONFIRMING))
    done = http.post(confirmation, data={"outcome": "complete"})
    assert done.headers["Location"].startswith("http://shop.example/done")
    assert fetched(sandbox, session).payment_intent.latest_charge.paid is True


@pytest.mark.parametrize("method", ["alipay", "wechat_pay"])
def test_wallet_is_authorised_on_a_page_of_its_own(
    sandbox: Sandbox, session: Session, method: str
) -> None:
    asked = http.post(session.url, data={"method": method})
    authorisation = httpx.URL(session.url).join(asked.headers["Location"])
    assert 'id="authorize-succeed"' in http.get(authorisation).text
    form = {"method": method, "outcome": "fail"}
    failed = http.post(authorisation, data=form, follow_redirects=True)
    assert "not authorised" in failed.text
    assert fetched(sandbox, session).status == "open"
    http.post(authorisation, data={**form, "outcome": "succeed"})
    paid = fetched(sandbox, session)
    assert paid.payment_status == "paid"
    assert paid.payment_intent.latest_charge.payment_method_details.type == method


def test_wallets_settle_and_refund_later(
    sandbox: Sandbox, session: Session, receiver: Receiver
) -> None:
    failing = sandbox.stripe.v1.checkout.sessions.create(order())
    for paying, outcome in ((session, "succeed-later"), (failing, "fail-later")):
        form = {"method": "alipay", "outcome": outcome}
        http.post(f"{paying.url}/authorize", data=form)
        begun = fetched(sandbox, paying)
        assert (begun.status, begun.payment_status) == ("complete", "unpaid")
        assert begun.payment_intent.status == "processing"
    eventually(lambda: fetched(sandbox, session).payment_status == "paid")
    eventually(lambda: "checkout.session.async_payment_succeeded" in receiver.types())
    eventually(lambda: "checkout.session.async_payment_failed" in receiver.types())
    assert fetched(sandbox, failing).payment_status == "unpaid"
    intent = fetched(sandbox, session).payment_intent.id
    refund = sandbox.stripe.v1.refunds.create({"payment_intent": intent})
    assert refund.status == "pending"
    eventually(lambda: sandbox.stripe.v1.refunds.retrieve(refund.id).status == "succeeded")
    eventually(lambda: {"refund.created", "refund.updated"} <= set(receiver.types()))


def test_closed_sessions_say_so(sandbox: Sandbox, session: Session) -> None:
    http.post(session.url, data=card())
    assert 'id="closed-complete"' in http.get(session.url).text
    again = http.post(session.url, data=card())
    assert (again.status_code, "already paid" in again.text) == (409, True)
    other = sandbox.stripe.v1.checkout.sessions.create(order(locale="en"))
    sandbox.stripe.v1.checkout.sessions.expire(other.id)
    late = http.post(other.url, data=card())
    assert (late.status_code, "has expired" in late.text) == (409, True)
    assert http.get(f"{sandbox.url}/c/pay/cs_test_none").status_code == 404


def test_paying_twice_at_the_same_moment_charges_once(sandbox: Sandbox, session: Session) -> None:
    body = urlencode(card()).encode()
    head = (
        f"POST /c/pay/{session.id} HTTP/1.1\r\nHost: sandbox\r\nContent-Length: {len(body)}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    ).encode()
    port = httpx.URL(sandbox.url).port
    lines = [socket.create_connection(("127.0.0.1", port or 80)) for _ in range(8)]
    for line in lines:
        line.sendall(head + body[:-1])
    # Every request is waited for inside the server when its last byte arrives.
    for line in lines:
        line.sendall(body[-1:])
    statuses = [int(line.makefile("rb").readline().split()[1]) for line in lines]
    for line in lines:
        line.close()
    assert sorted(statuses) == [303, *[409] * 7]
    assert len(sandbox.stripe.v1.events.list({"type": "charge.succeeded"}).data) == 1


def test_slow_line_keeps_nobody_from_paying(sandbox: Sandbox, session: Session) -> None:
    port = httpx.URL(sandbox.url).port
    with socket.create_connection(("127.0.0.1", port or 80)) as line:
        line.sendall(
            f"POST /c/pay/{session.id} HTTP/1.1\r\nHost: sandbox\r\nContent-Length: 9\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n\r\n".encode()
        )
        assert http.post(session.url, data=card(), timeout=3).status_code == 303
