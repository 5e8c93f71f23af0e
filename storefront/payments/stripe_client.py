"""The only module that talks to Stripe: one client for the process, plain facts out.

Every call ends in facts or in one of three troubles, which differ in what may be repeated.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import stripe
import structlog
from flask import Flask, current_app

from storefront.payments.rules import SessionFacts

CONNECT_SECONDS = 3
RETRIES = 1  # by the library itself, with the same key; a page must not wait longer
PAGE_SIZE = 100
INTENT = "payment_intent"
CHARGE = f"{INTENT}.latest_charge"

_log = structlog.get_logger()


class StripeTrouble(Exception):
    """A call without the answer hoped for."""


class Unavailable(StripeTrouble):
    """No answer just now; what was asked may have happened. Repeat with the same key."""


class Refused(StripeTrouble):
    """Stripe will not do it and nothing happened; `param` names what it objects to."""

    def __init__(self, code: str, param: str) -> None:
        super().__init__(f"{code} {param}".strip())
        self.code = code
        self.param = param


class Spoilt(StripeTrouble):
    """The key answers with a fault from now on; what happened under it is unknown."""


@dataclass(frozen=True)
class CheckoutOrder:
    """What a session is created from. All of it is stored, so that a repeated call is the same.

    `amount` in minor units; `language` is `zh` or `en`.
    """

    key: str
    payment_ref: str
    amount: int
    currency: str
    title: str
    language: str
    email: str
    return_url: str
    expires_at: datetime


@dataclass(frozen=True)
class RefundFacts:
    """A refund as Stripe has it; `refund_ref` is ours, from its metadata."""

    id: str
    status: str
    refund_ref: str | None
    failure: str | None


def init_app(app: Flask) -> None:
    """Makes the one client of the process."""
    settings = app.extensions["settings"]
    timeout = (CONNECT_SECONDS, int(settings.stripe_timeout_seconds))
    app.extensions["stripe"] = stripe.StripeClient(
        settings.stripe_api_key,
        base_addresses={"api": settings.stripe_api_base} if settings.stripe_api_base else None,
        max_network_retries=RETRIES,
        http_client=stripe.RequestsClient(timeout=timeout),
    )


def create_session(order: CheckoutOrder) -> SessionFacts:
    """Opens a Checkout session, or finds the one that was opened under the same key.

    One line, one sum, no discounts and no promotion codes (M-04, M-05).
    """
    methods = current_app.extensions["settings"].stripe_methods.split(",")
    notes = {"payment": order.payment_ref}
    params: dict[str, Any] = {
        "mode": "payment",
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": order.currency.lower(),
                    "unit_amount": order.amount,
                    "product_data": {"name": order.title},
                },
            }
        ],
        "payment_method_types": methods,
        "payment_method_options": {"wechat_pay": {"client": "web"}}
        if "wechat_pay" in methods
        else {},
        "client_reference_id": order.payment_ref,
        "metadata": notes,
        "payment_intent_data": {"metadata": notes, "description": order.title},
        "customer_email": order.email,
        "success_url": f"{order.return_url}?returned=paid",
        "cancel_url": f"{order.return_url}?returned=cancelled",
        "expires_at": int(order.expires_at.timestamp()),
        "locale": order.language,
    }
    with _writing("create-session"):
        made = _sessions().create(params, {"idempotency_key": order.key})
    return _session_facts(made)


def retrieve_session(session_id: str) -> SessionFacts:
    """The session as it is now, with what became of its payment intent."""
    with _reading("retrieve-session"):
        return _session_facts(_sessions().retrieve(session_id, {"expand": [CHARGE]}))


def expire_session(session_id: str) -> None:
    """Closes an open session. Raises Refused where it is already complete or expired."""
    with _writing("expire-session"):
        _sessions().expire(session_id)


def list_sessions(since: datetime) -> Iterator[SessionFacts]:
    """All sessions created since then, newest first."""
    with _reading("list-sessions"):
        found = _sessions().list(
            {
                "created": {"gte": int(since.timestamp())},
                "limit": PAGE_SIZE,
                "expand": [f"data.{CHARGE}"],
            }
        )
        for item in found.auto_paging_iter():
            yield _session_facts(item)


def create_refund(key: str, intent_id: str, amount: int, refund_ref: str) -> RefundFacts:
    """Sends minor units back the way they came: Stripe takes no other target (M-01)."""
    with _writing("create-refund"):
        return _refund_facts(
            _client().v1.refunds.create(
                {
                    "payment_intent": intent_id,
                    "amount": amount,
                    "metadata": {"refund": refund_ref},
                },
                {"idempotency_key": key},
            )
        )


def refunds_of(intent_id: str) -> list[RefundFacts]:
    """Every refund of a payment."""
    with _reading("list-refunds"):
        found = _client().v1.refunds.list({"payment_intent": intent_id, "limit": PAGE_SIZE})
        return [_refund_facts(item) for item in found.auto_paging_iter()]


def _client() -> stripe.StripeClient:
    client: stripe.StripeClient = current_app.extensions["stripe"]
    return client


def _sessions() -> Any:
    return _client().v1.checkout.sessions


@contextmanager
def _reading(call: str) -> Iterator[None]:
    with _troubles(call, fault=Unavailable):
        yield


@contextmanager
def _writing(call: str) -> Iterator[None]:
    with _troubles(call, fault=Spoilt):
        yield


@contextmanager
def _troubles(call: str, fault: type[StripeTrouble]) -> Iterator[None]:
    """Translates the library's errors; `fault` is what an error of Stripe's own means here."""
    try:
        yield
    except stripe.StripeError as error:
        trouble = _trouble(error, fault)
        _log.warning(
            "stripe.trouble",
            call=call,
            kind=type(trouble).__name__,
            error=type(error).__name__,
            status=error.http_status,
            code=error.code,
            stripe_request=error.request_id,
        )
        raise trouble from error


def _trouble(error: stripe.StripeError, fault: type[StripeTrouble]) -> StripeTrouble:
    name = error.code or type(error).__name__
    in_use = error.http_status == 409  # the same key is being worked on at this moment
    if in_use or isinstance(
        error,
        stripe.APIConnectionError
        | stripe.AuthenticationError
        | stripe.PermissionError
        | stripe.RateLimitError,
    ):
        return Unavailable(name)
    if isinstance(error, stripe.IdempotencyError):  # the same key with another body
        return Spoilt(name)
    if isinstance(error, stripe.InvalidRequestError):
        return Refused(error.code or "", error.param or "")
    return fault(name)


def _session_facts(found: stripe.StripeObject) -> SessionFacts:
    item = found.to_dict()
    intent = item.get(INTENT)
    expanded = intent if isinstance(intent, dict) else {}
    error = expanded.get("last_payment_error")
    charge = expanded.get("latest_charge")
    charge = charge if isinstance(charge, dict) else {}
    return SessionFacts(
        id=item["id"],
        status=item["status"],
        payment_status=item["payment_status"],
        amount=item["amount_total"] or 0,
        currency=item["currency"] or "",
        payment_ref=item.get("client_reference_id"),
        url=item.get("url"),
        intent_id=expanded.get("id", intent),
        intent_status=expanded.get("status"),
        failure=(error.get("code") or "payment_failed") if error else None,
        paid_at=datetime.fromtimestamp(charge["created"], UTC) if charge.get("paid") else None,
    )


def _refund_facts(found: stripe.StripeObject) -> RefundFacts:
    item = found.to_dict()
    return RefundFacts(
        id=item["id"],
        status=item["status"] or "pending",
        refund_ref=(item.get("metadata") or {}).get("refund"),
        failure=item.get("failure_reason"),
    )
