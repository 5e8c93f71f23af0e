"""What the tests of paying do again and again: apply, pay on Stripe's page, deliver, work."""

import json
import random
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import stripe
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from storefront import jobs
from storefront.accounts.models import Customer
from storefront.applications.models import Application
from storefront.catalog.loader import PRODUCTS, load_product
from storefront.clock import local_date
from storefront.crypto import new_reference
from storefront.payments import checkout
from storefront.payments.models import Payment
from storefront.payments.service import FIRST_PREMIUM
from storefront.quotes.models import Quote
from tests.sandbox.conftest import card
from tests.sandbox.process import WEBHOOK_SECRETS, Sandbox

GOOD, DECLINED = "4242 4242 4242 4242", "4000 0000 0000 0002"
DUE_JOBS = text(
    "select count(*) from procrastinate_jobs"
    " where status = 'todo' and coalesce(scheduled_at, now()) <= now()"
)
PREMIUM = Decimal("132.09")
VERSION = load_product(PRODUCTS / "travel-accident").definition.version


def new_customer(session: Session) -> Customer:
    customer = Customer(
        email=f"{new_reference('Z').lower()}@example.com",
        password_hash="",
        language="zh",
        created_at=datetime.fromisoformat("2026-01-01T00:00:00+00:00"),
    )
    session.add(customer)
    session.flush()
    return customer


def new_application(
    session: Session, customer: Customer, now: datetime, **changes: Any
) -> Application:
    quote = Quote(
        ref=new_reference("Q"),
        product_code="travel-accident",
        product_version=VERSION,
        answers={},
        persons=1,
        premium=PREMIUM,
        unrounded=PREMIUM,
        lines=[],
        state="applied",
        customer_id=customer.id,
        created_at=now,
        expires_at=now + timedelta(days=30),
    )
    session.add(quote)
    session.flush()
    fields: dict[str, Any] = {
        "ref": new_reference("A"),
        "customer_id": customer.id,
        "quote_id": quote.id,
        "product_code": "travel-accident",
        "product_version": VERSION,
        "state": "accepted",
        "language": "zh",
        "revision": 1,
        "answers": {},
        "start_date": local_date(now + timedelta(days=10)),
        "parties": {},
        "declaration": [],
        "premium": PREMIUM,
        "unrounded": PREMIUM,
        "currency": "CNY",
        "lines": [],
        "created_at": now,
        "updated_at": now,
        "submitted_at": now,
        "decided_at": now,
        "expires_at": now + timedelta(days=9),
    }
    application = Application(**{**fields, **changes})
    session.add(application)
    session.flush()
    return application


def new_payment(application: Application, now: datetime, **changes: Any) -> Payment:
    """The first premium of an application, settled unless it is changed; nobody has stored it yet."""
    fields: dict[str, Any] = {
        "ref": new_reference("P"),
        "purpose": FIRST_PREMIUM,
        "amount": PREMIUM,
        "currency": "CNY",
        "state": "settled",
        "idempotency_key": new_reference("P"),
        "created_at": now,
        "expires_at": now,
        "settled_at": now,
    }
    return Payment(application=application, **{**fields, **changes})


@dataclass
class Shop:
    """The application, the sandbox beside it, and what was announced as settled."""

    app: Flask
    session: Session
    sandbox: Sandbox
    settled: list[str]

    def open(self, application: Application) -> Payment:
        """Presses "pay" and gives the payment, which then has a session at Stripe."""
        opened = checkout.open_checkout(application.ref, application.customer_id)
        return self.payment(opened.payment_ref)

    def payment(self, ref: str) -> Payment:
        """The payment as it is in the database now."""
        self.session.rollback()
        self.session.expire_all()
        return self.session.query(Payment).filter_by(ref=ref).one()

    def pay(self, payment: Payment, number: str = GOOD) -> httpx.Response:
        """Fills in Stripe's page."""
        page = f"{self.sandbox.url}/c/pay/{payment.stripe_session_id}"
        return httpx.post(page, data=card(number))

    def pay_by_wallet(self, payment: Payment, outcome: str = "succeed") -> None:
        page = f"{self.sandbox.url}/c/pay/{payment.stripe_session_id}/authorize"
        answer = httpx.post(page, data={"method": "alipay", "outcome": outcome})
        assert answer.status_code == 303

    def events(self) -> list[dict[str, Any]]:
        """Everything that happened at Stripe, oldest first."""
        found = self.sandbox.stripe.v1.events.list({"limit": 100})
        return [event.to_dict() for event in reversed(found.data)]

    def post(
        self, event: dict[str, Any], secret: str = WEBHOOK_SECRETS[0], age: int = 0
    ) -> TestResponse:
        """Delivers an event as Stripe would, signed `age` seconds ago."""
        body = json.dumps(event)
        signature = stripe.WebhookSignature.generate_signature_header(
            body, secret, timestamp=int(time.time()) - age
        )
        return self.app.test_client().post(
            "/stripe/webhook", data=body, headers={"Stripe-Signature": signature}
        )

    def deliver(self, *, copies: int = 1, seed: int | None = None) -> None:
        """Delivers all events, so many times each, shuffled if there is a seed; then works."""
        events = self.events() * copies
        if seed is not None:
            random.Random(seed).shuffle(events)
        for event in events:
            assert self.post(event).status_code == 200
        self.work()

    def work(self) -> None:
        """Runs the jobs that are due, and those they lead to, in a real worker."""
        self.session.rollback()
        while self.session.scalar(DUE_JOBS):
            self.session.rollback()
            jobs.run_worker(self.app, stop_when_empty=True)
        self.session.rollback()

    def sessions(self) -> list[dict[str, Any]]:
        """All Checkout sessions at Stripe, newest first."""
        found = self.sandbox.stripe.v1.checkout.sessions.list({"limit": 100})
        return [item.to_dict() for item in found.data]

    def refunds(self) -> list[dict[str, Any]]:
        """All refunds at Stripe, newest first."""
        return [item.to_dict() for item in self.sandbox.stripe.v1.refunds.list({"limit": 100}).data]
