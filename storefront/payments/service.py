"""Use cases of paying: one open payment at a time, settled once, held where a person must look.

Nothing here talks to Stripe; `checkout` does that between the transactions.
"""

from collections.abc import Callable
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from storefront.applications import limits
from storefront.applications import service as applications
from storefront.applications.models import Application
from storefront.crypto import new_reference
from storefront.db import violated
from storefront.errors import Conflict, NotFound, Refused
from storefront.money import to_minor
from storefront.payments import rules
from storefront.payments.models import Payment, Refund
from storefront.payments.refunds import (
    left_to_refund,
    paid_amount,
    refunds_of,
    request_refund,
)
from storefront.payments.rules import Outcome, PaymentFacts, SessionFacts, Verdict

__all__ = ["left_to_refund", "paid_amount", "refunds_of", "request_refund"]

FIRST_PREMIUM = "first_premium"
SettledHandler = Callable[[Session, Payment, datetime], object]
settled_handlers: list[SettledHandler] = []


def when_settled(handler: SettledHandler) -> None:
    """Has the handler called in the transaction that settles a payment, once for each payment."""
    if handler not in settled_handlers:
        settled_handlers.append(handler)


def start(session: Session, application: Application, now: datetime) -> Payment:
    """The open payment of an accepted application, made if there is none.

    Its amount is the premium frozen at submission (M-03); an open payment may still ask for an
    older one, which `is_stale` tells. Raises Conflict where the application cannot be paid.
    """
    application = applications.lock(session, application.id)
    if application.state != "accepted" or application.premium is None:
        raise Conflict(_("This application cannot be paid at present."))
    if application.expires_at <= now:
        raise Conflict(_("The offer has ended, because cover was to begin before now."))
    found = open_payment(session, application)
    if found is not None:
        return found
    try:
        limits.reserve_again(session, application, now)
    except limits.LimitExceeded as exceeded:
        raise Conflict(" ".join(exceeded.sentences)) from exceeded
    payment = Payment(
        ref=new_reference("P"),
        application=application,
        purpose=FIRST_PREMIUM,
        amount=application.premium,
        currency=application.currency,
        state="created",
        idempotency_key=new_reference("P"),
        created_at=now,
        expires_at=now + rules.CHECKOUT_OPEN_FOR + rules.OPENING_MARGIN,
    )
    session.add(payment)
    try:
        session.flush()
    except IntegrityError as error:
        if violated(error) != "uq_payment_open_application":
            raise
        raise Conflict(_("A payment for this application was just opened elsewhere.")) from error
    return payment


def get_own(session: Session, ref: str, customer_id: int) -> Payment:
    """A customer's payment by its reference. Raises NotFound."""
    payment = session.scalar(
        select(Payment)
        .join(Payment.application)
        .where(Payment.ref == ref, Application.customer_id == customer_id)
    )
    if payment is None:
        raise NotFound
    return payment


def get(session: Session, ref: str) -> Payment:
    """Any payment by its reference, for staff. Raises NotFound."""
    payment = session.scalar(select(Payment).where(Payment.ref == ref))
    if payment is None:
        raise NotFound
    return payment


def open_payment(session: Session, application: Application) -> Payment | None:
    """The payment of an application that can still be completed."""
    return session.scalar(
        select(Payment).where(
            Payment.application_id == application.id, Payment.state.in_(rules.OPEN_STATES)
        )
    )


def money_with_us(session: Session, application: Application) -> Payment | None:
    """A payment whose money arrived and has not gone back: nobody should pay a second time."""
    arrived = session.scalars(
        select(Payment).where(Payment.application_id == application.id, Payment.state == "settled")
    )
    return next((payment for payment in arrived if left_to_refund(session, payment)), None)


def stage(session: Session, payment: Payment) -> str:
    """What a page shows: the state, and of a settled payment whether it is `held` or `returned`."""
    if payment.state != "settled":
        return payment.state
    if not left_to_refund(session, payment):
        return "returned"
    return "held" if payment.held_reason else "settled"


def find(session: Session, checkout: SessionFacts) -> Payment | None:
    """The payment a session belongs to: by its id, or by our reference if we never stored the id."""
    return session.scalar(
        select(Payment).where(
            or_(
                Payment.stripe_session_id == checkout.id,
                and_(Payment.ref == checkout.payment_ref, Payment.stripe_session_id.is_(None)),
            )
        )
    )


def lock(session: Session, payment_id: int) -> Payment:
    """The payment and its application, locked in this order and as they are now."""
    application_id = session.scalars(
        select(Payment.application_id).where(Payment.id == payment_id)
    ).one()
    applications.lock(session, application_id)
    return session.get_one(Payment, payment_id, with_for_update=True, populate_existing=True)


def facts_of(session: Session, payment: Payment) -> PaymentFacts:
    """What the rules want to know of a payment."""
    paid_elsewhere = session.scalar(
        select(
            exists().where(
                Payment.application_id == payment.application_id,
                Payment.id != payment.id,
                Payment.state == "settled",
                Payment.held_reason.is_(None),
            )
        )
    )
    return PaymentFacts(
        state=payment.state,
        amount=payment.amount,
        currency=payment.currency,
        application_state=payment.application.state,
        premium=payment.application.premium,
        offer_ends=payment.application.expires_at,
        paid_elsewhere=bool(paid_elsewhere),
    )


def is_stale(session: Session, payment: Payment) -> bool:
    """Whether an open payment asks for something else than its application costs now."""
    return rules.is_stale(facts_of(session, payment))


def apply_session(
    session: Session, payment_id: int, checkout: SessionFacts, now: datetime
) -> Outcome:
    """Takes over Stripe's word on a session; repeated or late it changes nothing more.

    Where the money is to lead to a policy, the settled handlers run in this transaction.
    """
    payment = lock(session, payment_id)
    if payment.stripe_session_id not in (None, checkout.id):
        return Outcome(Verdict.IGNORE, "other session")
    _store_session(payment, checkout)
    outcome = rules.judge(facts_of(session, payment), checkout, now)
    if outcome.verdict in (Verdict.NOTE, Verdict.FAIL):
        payment.failure = outcome.reason
    if outcome.verdict in (Verdict.FAIL, Verdict.EXPIRE):
        payment.state = rules.payment_move(payment.state, outcome.verdict.value)
    if outcome.verdict in (Verdict.SETTLE, Verdict.HOLD, Verdict.REFUND):
        _receive(session, payment, checkout, outcome, now)
    return outcome


def close(session: Session, payment_id: int, state: str, failure: str) -> None:
    """Gives up a payment that never got a session anybody could pay: `failed` or `expired`."""
    payment = lock(session, payment_id)
    if payment.state == "created" and payment.stripe_session_id is None:
        payment.state = rules.payment_move(payment.state, state)
        payment.failure = failure or None


def held_payments(session: Session, after: int = 0, limit: int | None = None) -> list[Payment]:
    """Payments whose money waits for a person's decision, oldest first, from the one after an id."""
    returned = (
        select(func.coalesce(func.sum(Refund.amount), 0))
        .where(Refund.payment_id == Payment.id, Refund.state != "failed")
        .scalar_subquery()
    )
    held = session.scalars(
        select(Payment)
        .where(
            Payment.held_reason.is_not(None),
            Payment.id > after,
            func.coalesce(Payment.received_amount, Payment.amount) > returned,
        )
        .options(joinedload(Payment.application))
        .order_by(Payment.id)
        .limit(limit)
    )
    return list(held)


def failed_refunds(session: Session, after: int = 0, limit: int | None = None) -> list[Refund]:
    """Refunds that Stripe or the customer's bank did not carry out, as `held_payments` gives them."""
    failed = session.scalars(
        select(Refund)
        .where(Refund.state == "failed", Refund.id > after)
        .options(joinedload(Refund.payment))
        .order_by(Refund.id)
        .limit(limit)
    )
    return list(failed)


def release_hold(session: Session, payment: Payment, now: datetime) -> None:
    """Lets held money lead to the policy after all, if it now fits the application exactly.

    Raises errors.Refused where it does not: then only a refund is left.
    """
    payment = lock(session, payment.id)
    untouched = left_to_refund(session, payment) == payment.amount
    if payment.held_reason is None or payment.received_amount is not None or not untouched:
        raise Refused(_("This payment is not held, or its money does not fit."))
    outcome = rules.judge_money(
        facts_of(session, payment), to_minor(payment.amount), payment.currency, now
    )
    if outcome.verdict != Verdict.SETTLE:
        raise Refused(_("The application cannot take this payment any more."))
    payment.held_reason = None
    _announce(session, payment, now)


def refund_held(session: Session, payment: Payment, now: datetime) -> Refund:
    """Sends all of a held payment back."""
    payment = lock(session, payment.id)
    if payment.held_reason is None:
        raise Refused(_("This payment is not held."))
    return request_refund(session, payment, left_to_refund(session, payment), "held", now)


def _store_session(payment: Payment, checkout: SessionFacts) -> None:
    payment.stripe_session_id = checkout.id
    payment.stripe_payment_intent_id = checkout.intent_id or payment.stripe_payment_intent_id
    if payment.state == "created":
        payment.checkout_url = checkout.url
        payment.state = rules.payment_move(payment.state, "pending")


def _receive(
    session: Session, payment: Payment, checkout: SessionFacts, outcome: Outcome, now: datetime
) -> None:
    payment.state = rules.payment_move(payment.state, "settled")
    payment.settled_at = now
    payment.failure = None
    if outcome.verdict == Verdict.SETTLE:
        _announce(session, payment, now)
        return
    payment.held_reason = outcome.reason
    if outcome.reason in ("amount", "currency"):
        payment.received_amount = rules.money_received(checkout)
        payment.received_currency = checkout.currency.upper()
    session.flush()
    if outcome.verdict == Verdict.REFUND:
        request_refund(session, payment, paid_amount(payment), str(outcome.reason), now)


def _announce(session: Session, payment: Payment, now: datetime) -> None:
    """The premium is received (M-03): the application is paid and whatever follows begins."""
    session.flush()
    applications.mark_paid(session, payment.application, now)
    for handler in settled_handlers:
        handler(session, payment, now)
