"""Events that Stripe sends: recognised by signature, stored once, handled by a job.

An event only says that something happened; what is so now is asked from Stripe again. Of its
contents only what leads back to a payment is kept, nothing about the person who paid.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import stripe
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from storefront import clock, jobs
from storefront.db import transaction
from storefront.payments import checkout, refunds
from storefront.payments.models import Payment, StripeEvent
from storefront.payments.rules import Verdict

TOLERANCE_SECONDS = 300
LARGEST_BODY = 256 * 1024
CHECKOUT, INTENT = "checkout.session", "payment_intent"
MONEY_BACK = ("refund", "charge")
TYPES = (
    "checkout.session.completed",
    "checkout.session.expired",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "payment_intent.payment_failed",
    "charge.refunded",
    "refund.created",
    "refund.updated",
    "refund.failed",
)
KEPT_FIELDS = (
    "id",
    "object",
    "status",
    "payment_status",
    "amount",
    "amount_total",
    "amount_refunded",
    "currency",
    "payment_intent",
    "metadata",
)
UNKNOWN = "unknown"


class NotStripe(Exception):
    """A message that does not come from Stripe, is too old, or is no event."""


@dataclass(frozen=True)
class _Target:
    """The payment an event is about, and the session to ask for if it is about one."""

    payment_id: int
    session_id: str | None


def read(body: bytes, signature: str | None, secrets: list[str]) -> dict[str, Any]:
    """The event in a message signed with any of the secrets. Raises NotStripe."""
    if not any(_is_signed(body, signature, secret) for secret in secrets):
        raise NotStripe
    try:
        event: dict[str, Any] = json.loads(body)
        if event["object"] != "event" or not isinstance(event["data"]["object"]["object"], str):
            raise NotStripe
        datetime.fromtimestamp(event["created"], UTC)
    except (ValueError, TypeError, KeyError, OverflowError) as error:
        raise NotStripe from error
    return event


def store(session: Session, event: dict[str, Any], now: datetime) -> bool:
    """Keeps an event once and defers its job; False where it was known already."""
    subject = event["data"]["object"]
    of_interest = event["type"] in TYPES
    stored = session.scalar(
        insert(StripeEvent)
        .values(
            id=event["id"],
            type=event["type"],
            object_id=subject.get("id") or "",
            created_at=datetime.fromtimestamp(event["created"], UTC),
            received_at=now,
            handled_at=None if of_interest else now,
            outcome=None if of_interest else Verdict.IGNORE.value,
            payload={key: subject[key] for key in KEPT_FIELDS if key in subject},
        )
        .on_conflict_do_nothing()
        .returning(StripeEvent.id)
    )
    if stored and of_interest:
        jobs.defer(session, handle_event, event_id=stored)
    return stored is not None


@jobs.job("payments.handle_event")
def handle_event(event_id: str) -> None:
    """Does what one event asks for; repeated at any point it does nothing more."""
    with transaction() as session:
        event = session.get_one(StripeEvent, event_id)
        if event.handled_at is not None:
            return
        kind = event.payload["object"]
        target = _target(session, event.payload)
    outcome = UNKNOWN if target is None else _handle(kind, target)
    with transaction() as session:
        event = session.get_one(StripeEvent, event_id)
        event.handled_at, event.outcome = clock.now(), outcome


def _handle(kind: str, target: _Target) -> str:
    if kind in MONEY_BACK:
        return "refunds" if refunds.refresh(target.payment_id) else UNKNOWN
    if target.session_id is None:  # of a payment given up before it had a session
        return Verdict.IGNORE.value
    _facts, outcome = checkout.refresh(target.payment_id, target.session_id)
    return f"{outcome.verdict}: {outcome.reason}" if outcome.reason else outcome.verdict.value


def _target(session: Session, subject: dict[str, Any]) -> _Target | None:
    session_id = subject["id"] if subject["object"] == CHECKOUT else None
    intent_id = subject["id"] if subject["object"] == INTENT else subject.get(INTENT)
    traces = (
        (Payment.stripe_session_id, session_id),
        (Payment.stripe_payment_intent_id, intent_id),
        (Payment.ref, (subject.get("metadata") or {}).get("payment")),
    )
    for column, trace in traces:
        payment = trace and session.scalar(select(Payment).where(column == trace))
        if payment:
            return _Target(payment.id, session_id or payment.stripe_session_id)
    return None


def _is_signed(body: bytes, signature: str | None, secret: str) -> bool:
    try:
        stripe.WebhookSignature.verify_header(body, signature, secret, TOLERANCE_SECONDS)
    except (stripe.SignatureVerificationError, UnicodeDecodeError):
        return False
    return True
