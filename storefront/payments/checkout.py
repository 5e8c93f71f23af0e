"""Opening a Checkout session and asking after it: network calls between short transactions.

A payment row is committed before Stripe is asked, with the key and the closing time of the call.
Whatever is killed in between is repeated with the same words and finds the same session.
"""

from dataclasses import dataclass
from datetime import datetime

import structlog
from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from storefront import clock
from storefront.accounts.models import Customer
from storefront.applications import service as applications
from storefront.catalog import service as catalog
from storefront.db import transaction
from storefront.extensions import LANGUAGES
from storefront.money import to_minor
from storefront.pages import text
from storefront.payments import service, stripe_client
from storefront.payments.models import Payment
from storefront.payments.rules import Outcome, SessionFacts
from storefront.payments.stripe_client import CheckoutOrder

ATTEMPTS = 3  # an expired one, one of another price, and the one that opens
_log = structlog.get_logger()


@dataclass(frozen=True)
class Opened:
    """Where the customer goes: Stripe's page, or without `url` the page of the payment."""

    payment_ref: str
    url: str | None = None
    reachable: bool = True


@dataclass(frozen=True)
class _Attempt:
    """What the network calls for one open payment need.

    An outdated one, of another price or past its closing time, must not be paid any more.
    """

    payment_id: int
    payment_ref: str
    session_id: str | None
    outdated: bool


def open_checkout(application_ref: str, customer_id: int) -> Opened:
    """Brings the customer to the one open session of an application.

    Raises NotFound for another's application and Conflict for one that cannot be paid.
    """
    for _attempt in range(ATTEMPTS):
        with transaction() as session:
            application = applications.get_own(session, application_ref, customer_id)
            received = service.money_with_us(session, application)
            if received is not None:
                return Opened(received.ref)
            now = clock.now()
            attempt = _attempt_of(session, service.start(session, application, now), now)
        try:
            facts = _bring_up_to_date(attempt)
        except stripe_client.StripeTrouble as trouble:
            refused = isinstance(trouble, stripe_client.Refused)
            return Opened(attempt.payment_ref, reachable=refused)
        if facts is not None and facts.status == "open":
            return Opened(attempt.payment_ref, facts.url)
        if facts is not None and facts.status == "complete":
            break
    return Opened(attempt.payment_ref)


def refresh(payment_id: int, session_id: str) -> tuple[SessionFacts, Outcome]:
    """Asks Stripe for a session and takes over what it says. Raises StripeTrouble."""
    try:
        facts = stripe_client.retrieve_session(session_id)
    except stripe_client.Refused as error:
        if error.code != "resource_missing":
            raise
        facts = SessionFacts(session_id, "expired", "unpaid", 0, "")  # nobody can pay it
    with transaction() as session:
        outcome = service.apply_session(session, payment_id, facts, clock.now())
    return facts, outcome


def catch_up(payment_id: int) -> str:
    """Brings a payment past its closing time to its end, whatever was missed; gives its state.

    Raises Unavailable.
    """
    with transaction() as session:
        attempt = _attempt_of(session, session.get_one(Payment, payment_id), clock.now())
    try:
        _bring_up_to_date(attempt)
    except stripe_client.Refused as error:
        _log.error("checkout.refused", payment=attempt.payment_ref, reason=str(error))
    with transaction() as session:
        return session.get_one(Payment, payment_id).state


def _bring_up_to_date(attempt: _Attempt) -> SessionFacts | None:
    """The session as it is now, created if need be, closed if outdated; None if there is none."""
    if attempt.session_id is None:
        facts = _create(attempt)
    else:
        facts, _outcome = refresh(attempt.payment_id, attempt.session_id)
    if facts is not None and facts.status == "open" and attempt.outdated:
        _close_at_stripe(facts.id)
        facts, _outcome = refresh(attempt.payment_id, facts.id)
    return facts


def _create(attempt: _Attempt) -> SessionFacts | None:
    """The session opened under the payment's key; None where another payment must be begun.

    Asked again under the same key, Stripe tells what it told the first time. A session whose creation ended in a fault of Stripe's has an address nobody knows, so it cannot
    be paid, and the payment is given up for a new one.
    """
    order = _order(attempt.payment_id)
    try:
        facts = stripe_client.create_session(order)
    except stripe_client.Refused as error:
        if error.param == "expires_at":  # too late, and no earlier call had reached Stripe
            _give_up(attempt, "expired", "")
            return None
        _give_up(attempt, "failed", error.code)
        raise
    except stripe_client.Spoilt:
        _give_up(attempt, "failed", "stripe_fault")
        return None
    with transaction() as session:
        service.apply_session(session, attempt.payment_id, facts, clock.now())
    return facts


def _give_up(attempt: _Attempt, state: str, failure: str) -> None:
    with transaction() as session:
        service.close(session, attempt.payment_id, state, failure)


def _close_at_stripe(session_id: str) -> None:
    try:
        stripe_client.expire_session(session_id)
    except (stripe_client.Refused, stripe_client.Spoilt) as error:
        # Paid or closed a moment ago: asking after it tells which.
        _log.info("checkout.not-expired", reason=str(error))


def _attempt_of(session: Session, payment: Payment, now: datetime) -> _Attempt:
    outdated = payment.expires_at <= now or service.is_stale(session, payment)
    return _Attempt(payment.id, payment.ref, payment.stripe_session_id, outdated)


def _order(payment_id: int) -> CheckoutOrder:
    with transaction() as session:
        payment = session.get_one(Payment, payment_id)
        application = payment.application
        customer = session.get_one(Customer, application.customer_id)
        bundle = catalog.get(session, application.product_code, application.product_version)
        with force_locale(LANGUAGES[application.language]):
            name = text(bundle.definition.marketing_name)
            title = _("%(product)s, application %(ref)s", product=name, ref=application.ref)
        base = current_app.extensions["settings"].base_url.rstrip("/")
        return CheckoutOrder(
            key=payment.idempotency_key,
            payment_ref=payment.ref,
            amount=to_minor(payment.amount),
            currency=payment.currency,
            title=title,
            language=application.language,
            email=customer.email,
            return_url=f"{base}/payments/{payment.ref}",
            expires_at=payment.expires_at,
        )
