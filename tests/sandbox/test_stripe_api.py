"""The stand-in's API as the real library sees it."""

import threading
import time
from typing import Any

import pytest
import stripe

from tests.sandbox.conftest import card, order
from tests.sandbox.process import API_KEY, Sandbox, http


def test_session_carries_what_was_asked(sandbox: Sandbox) -> None:
    session = sandbox.stripe.v1.checkout.sessions.create(order(locale="zh"))
    again = sandbox.stripe.v1.checkout.sessions.retrieve(session.id)
    assert again == session
    assert (session.amount_total, session.currency) == (13209, "cny")
    assert (session.status, session.payment_status) == ("open", "unpaid")
    assert session.url == f"{sandbox.url}/c/pay/{session.id}"
    assert session.metadata["payment"] == "PAY-1"
    assert session.payment_intent is None
    assert session.expires_at - session.created == 24 * 3600
    assert session.last_response.headers["Request-Id"].startswith("req_")


# Fields that Stripe sends only where they apply, such as the reason of a refund's failure.
ONLY_WHERE_THEY_APPLY = {
    *("account", "allowed_payment_method_types", "authorization_code", "context", "description"),
    *("failure_balance_transaction", "failure_reason", "hooks", "instructions_email", "level3"),
    *("line_items", "next_action", "payment_details", "payment_record", "pending_reason"),
    *("presentment_details", "radar_options", "transfer"),
}


@pytest.mark.parametrize(
    "kind",
    [
        stripe.checkout.Session,
        stripe.PaymentIntent,
        stripe.Charge,
        stripe.Refund,
        stripe.Event,
    ],
)
def test_objects_carry_every_field_of_the_library(sandbox: Sandbox, kind: Any) -> None:
    client = sandbox.stripe.v1
    session = paid_session(sandbox)
    intent = client.payment_intents.retrieve(session.payment_intent)
    found = {
        stripe.checkout.Session: session,
        stripe.PaymentIntent: intent,
        stripe.Charge: client.charges.retrieve(intent.latest_charge),
        stripe.Refund: client.refunds.create({"payment_intent": intent.id}),
        stripe.Event: client.events.list().data[0],
    }[kind]
    fields = set(kind.__annotations__) - {"OBJECT_NAME"} - ONLY_WHERE_THEY_APPLY
    assert fields <= set(found.to_dict())


def test_session_expands_to_the_charge(sandbox: Sandbox) -> None:
    session_id = paid_session(sandbox).id
    session = sandbox.stripe.v1.checkout.sessions.retrieve(
        session_id, {"expand": ["payment_intent.latest_charge", "line_items"]}
    )
    intent = session.payment_intent
    assert (intent.status, intent.amount_received) == ("succeeded", 13209)
    assert intent.metadata["payment"] == "PAY-1"
    charge = intent.latest_charge
    assert (charge.paid, charge.payment_method_details.card.last4) == (True, "4242")
    assert session.line_items.data[0].description == "Travel accident"
    items = sandbox.stripe.v1.checkout.sessions.line_items.list(session_id)
    assert [item.amount_total for item in items.data] == [13209]


@pytest.mark.parametrize(
    ("changes", "param", "code"),
    [
        ({"success_url": ""}, "success_url", "parameter_missing"),
        ({"success_url": "nowhere"}, "success_url", "url_invalid"),
        ({"mode": "subscription"}, "mode", None),
        ({"line_items": []}, "line_items", "parameter_missing"),
        ({"payment_method_options": {}}, "payment_method_options[wechat_pay][client]", None),
        ({"payment_method_types": ["card", "cash"]}, "payment_method_types[1]", None),
        ({"customer_email": "li"}, "customer_email", "email_invalid"),
        ({"metadata": {"note": "x" * 501}}, "metadata[note]", None),
        ({"colour": "red"}, "colour", "parameter_unknown"),
        ({"expires_at": "soon"}, "expires_at", "parameter_invalid_integer"),
        ({"expires_at": int(time.time()) + 60}, "expires_at", None),
        ({"expires_at": int(time.time()) + 25 * 3600}, "expires_at", None),
    ],
)
def test_wrong_parameter_is_named(
    sandbox: Sandbox, changes: dict[str, Any], param: str, code: str | None
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        sandbox.stripe.v1.checkout.sessions.create(order(**changes))
    assert caught.value.http_status == 400
    assert caught.value.param == param
    assert code is None or caught.value.code == code
    assert caught.value.json_body["error"]["type"] == "invalid_request_error"


def test_wrong_price_is_named(sandbox: Sandbox) -> None:
    wrong = order()
    wrong["line_items"][0]["price_data"]["unit_amount"] = "1.5"
    with pytest.raises(stripe.InvalidRequestError) as caught:
        sandbox.stripe.v1.checkout.sessions.create(wrong)
    assert caught.value.param == "line_items[0][price_data][unit_amount]"


def test_strangers_and_unknown_things_are_refused(sandbox: Sandbox) -> None:
    stranger = stripe.StripeClient("sk_test_wrong", base_addresses={"api": sandbox.url})
    with pytest.raises(stripe.AuthenticationError):
        stranger.v1.checkout.sessions.list()
    with pytest.raises(stripe.InvalidRequestError) as caught:
        sandbox.stripe.v1.checkout.sessions.retrieve("cs_test_none")
    assert (caught.value.http_status, caught.value.code) == (404, "resource_missing")
    assert http.get(f"{sandbox.url}/v1/invoices", auth=(API_KEY, "")).status_code == 404


def test_same_key_gives_the_same_answer(sandbox: Sandbox) -> None:
    create = sandbox.stripe.v1.checkout.sessions.create
    first = create(order(), {"idempotency_key": "one"})
    second = create(order(), {"idempotency_key": "one"})
    assert first == second
    assert "Idempotent-Replayed" not in first.last_response.headers
    assert second.last_response.headers["Idempotent-Replayed"] == "true"
    assert len(sandbox.stripe.v1.checkout.sessions.list().data) == 1
    with pytest.raises(stripe.IdempotencyError):
        create(order(client_reference_id="PAY-2"), {"idempotency_key": "one"})
    with pytest.raises(stripe.IdempotencyError):
        sandbox.stripe.v1.refunds.create({"charge": "ch_x"}, {"idempotency_key": "one"})


def test_refused_parameters_leave_the_key_free(sandbox: Sandbox) -> None:
    create = sandbox.stripe.v1.checkout.sessions.create
    with pytest.raises(stripe.InvalidRequestError):
        create(order(success_url="nowhere"), {"idempotency_key": "two"})
    assert create(order(), {"idempotency_key": "two"}).status == "open"


def test_key_in_use_is_a_conflict(sandbox: Sandbox) -> None:
    sandbox.tell("stripe", mode="slow", seconds=0.5, count=2)
    statuses = []

    def post() -> None:
        headers = {"Authorization": f"Bearer {API_KEY}", "Idempotency-Key": "three"}
        answer = http.post(f"{sandbox.url}/v1/refunds", headers=headers, data={"charge": "x"})
        statuses.append((answer.status_code, answer.json()["error"].get("code")))

    both = [threading.Thread(target=post) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert sorted(statuses) == [(404, "resource_missing"), (409, "idempotency_key_in_use")]


def test_told_errors_hit_so_many_calls_and_are_replayed(sandbox: Sandbox) -> None:
    create = sandbox.stripe.v1.checkout.sessions.create
    sandbox.tell("stripe", mode="error", count=1)
    for _ in range(2):
        with pytest.raises(stripe.APIError) as caught:
            create(order(), {"idempotency_key": "four"})
        assert caught.value.http_status == 500
    assert create(order(), {"idempotency_key": "five"}).status == "open"


def test_lost_answer_is_found_again_by_its_key(sandbox: Sandbox) -> None:
    sandbox.tell("stripe", mode="down", count=1)
    create = sandbox.stripe.v1.checkout.sessions.create
    with pytest.raises(stripe.APIConnectionError):
        create(order(), {"idempotency_key": "six"})
    session = create(order(), {"idempotency_key": "six"})
    assert session.last_response.headers["Idempotent-Replayed"] == "true"
    assert len(sandbox.stripe.v1.checkout.sessions.list().data) == 1


def test_lists_page_by_cursor_and_filter(sandbox: Sandbox) -> None:
    sessions = sandbox.stripe.v1.checkout.sessions
    made = [sessions.create(order()).id for _ in range(5)]
    newest_first = made[::-1]
    assert [item.id for item in sessions.list({"limit": 2}).auto_paging_iter()] == newest_first
    page = sessions.list({"limit": 2, "ending_before": newest_first[4]})
    assert ([item.id for item in page.data], page.has_more) == (newest_first[2:4], True)
    sessions.expire(made[0])
    assert [item.id for item in sessions.list({"status": "expired"}).data] == [made[0]]
    assert sessions.list({"created": {"lt": 1000}}).data == []
    assert len(sessions.list({"created": {"gte": 1000}, "limit": 5}).data) == 5
    paid = paid_session(sandbox)
    found = sessions.list({"payment_intent": paid.payment_intent}).data
    assert [item.id for item in found] == [paid.id]
    assert len(sandbox.stripe.v1.payment_intents.list().data) == 1


def test_only_open_sessions_can_be_expired(sandbox: Sandbox) -> None:
    expire = sandbox.stripe.v1.checkout.sessions.expire
    session = sandbox.stripe.v1.checkout.sessions.create(order())
    assert expire(session.id).status == "expired"
    with pytest.raises(stripe.InvalidRequestError):
        expire(session.id)


def test_refunds_never_exceed_the_charge(sandbox: Sandbox) -> None:
    refunds = sandbox.stripe.v1.refunds
    intent = paid_session(sandbox).payment_intent
    part = refunds.create(
        {"payment_intent": intent, "amount": 3209, "reason": "requested_by_customer"}
    )
    assert (part.status, part.amount, part.reason) == ("succeeded", 3209, "requested_by_customer")
    with pytest.raises(stripe.InvalidRequestError) as caught:
        refunds.create({"payment_intent": intent, "amount": 10001})
    assert caught.value.param == "amount"
    rest = refunds.create({"payment_intent": intent, "metadata": {"why": "rest"}})
    assert rest.amount == 10000
    with pytest.raises(stripe.InvalidRequestError) as caught:
        refunds.create({"payment_intent": intent})
    assert caught.value.code == "charge_already_refunded"
    assert [item.id for item in refunds.list({"payment_intent": intent}).data] == [rest.id, part.id]
    assert refunds.retrieve(part.id) == part
    charge = sandbox.stripe.v1.charges.retrieve(part.charge)
    assert (charge.amount_refunded, charge.refunded) == (13209, True)


def test_events_are_listed_by_type(sandbox: Sandbox) -> None:
    session = paid_session(sandbox)
    events = sandbox.stripe.v1.events
    done = events.list({"type": "checkout.session.completed"}).data
    assert [event.data.object.id for event in done] == [session.id]
    assert events.retrieve(done[0].id).type == "checkout.session.completed"
    assert len(events.list({"types": ["charge.succeeded", "charge.failed"]}).data) == 1
    assert len(events.list({"type": "charge.*"}).data) == 1


def paid_session(sandbox: Sandbox) -> stripe.checkout.Session:
    """A session paid with a card."""
    session = sandbox.stripe.v1.checkout.sessions.create(order())
    assert http.post(session.url, data=card()).status_code == 303
    return sandbox.stripe.v1.checkout.sessions.retrieve(session.id)
