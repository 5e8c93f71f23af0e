"""Money going back: asked for in a transaction, sent by a job, done when Stripe says so (M-01)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock, jobs, mail
from storefront.accounts.models import Customer
from storefront.crypto import new_reference
from storefront.db import transaction
from storefront.errors import Refused
from storefront.money import to_minor
from storefront.payments import rules, stripe_client
from storefront.payments.models import Payment, Refund
from storefront.payments.stripe_client import RefundFacts


@dataclass(frozen=True)
class _Order:
    """What the network call of one refund needs, read before it begins."""

    key: str
    intent_id: str
    amount: int
    ref: str


def request_refund(
    session: Session, payment: Payment, amount: Decimal, reason: str, now: datetime
) -> Refund:
    """Asks for a refund (`amount` in the currency that was paid); a job sends it.

    `reason` is a slug, and there is one refund for each payment and reason: asking twice gives the
    same one, and asking again after a failure sends it again. Raises errors.Refused where the
    payment brought no money or less than is to go back in all.
    """
    session.refresh(payment, with_for_update=True)
    if payment.state != "settled":
        raise Refused(_("This payment was not completed, so there is nothing to refund."))
    refunds = session.scalars(select(Refund).where(Refund.payment_id == payment.id)).all()
    known = next((refund for refund in refunds if refund.reason == reason), None)
    if known is not None and known.state != "failed":
        return known
    try:
        rules.check_refund(amount, _left(payment, refunds))
    except rules.OverRefund as error:
        raise Refused(_("The refund is larger than what is left of this payment.")) from error
    refund = _ask_again(known, amount) if known else _new_refund(payment, amount, reason, now)
    session.add(refund)
    session.flush()
    jobs.defer(session, send_refund, refund_id=refund.id)
    return refund


def refunds_of(session: Session, payment: Payment) -> list[Refund]:
    """All refunds of a payment, oldest first."""
    return list(
        session.scalars(
            select(Refund).where(Refund.payment_id == payment.id).order_by(Refund.id)
        ).all()
    )


def paid_amount(payment: Payment) -> Decimal:
    """What a settled payment brought."""
    return payment.amount if payment.received_amount is None else payment.received_amount


def left_to_refund(session: Session, payment: Payment) -> Decimal:
    """What may still go back of a settled payment."""
    return _left(payment, refunds_of(session, payment))


@jobs.job("payments.send_refund")
def send_refund(refund_id: int) -> None:
    """Sends one refund; killed and repeated at any point, it is sent once.

    Stripe is asked first whether it has it already, because a key may be forgotten after a day.
    """
    with transaction() as session:
        order = _order(session.get_one(Refund, refund_id))
    if order is None:
        return
    try:
        facts = _sent_before(order) or stripe_client.create_refund(
            order.key, order.intent_id, order.amount, order.ref
        )
    except stripe_client.Refused as error:
        _give_up(refund_id, error.code or "refused")
        return
    except stripe_client.Spoilt:
        _take_new_key(refund_id, order.key)
        raise
    with transaction() as session:
        apply_refund(session, refund_id, facts, clock.now())


def refresh(payment_id: int) -> int:
    """Asks Stripe for all refunds of a payment and takes over their states; how many were known."""
    with transaction() as session:
        payment = session.get_one(Payment, payment_id)
        intent_id = payment.stripe_payment_intent_id
    found = stripe_client.refunds_of(intent_id) if intent_id else []
    with transaction() as session:
        refunds = session.scalars(select(Refund).where(Refund.payment_id == payment_id)).all()
        ids = {refund.ref: refund.id for refund in refunds}
        known = [facts for facts in found if facts.refund_ref in ids]
        for facts in known:
            apply_refund(session, ids[str(facts.refund_ref)], facts, clock.now())
    return len(known)


def apply_refund(session: Session, refund_id: int, facts: RefundFacts, now: datetime) -> None:
    """Takes over Stripe's word on a refund; an older word than the one we have changes nothing.

    A refund asked for again keeps the id of the try that failed until Stripe names the new one.
    """
    refund = session.get_one(Refund, refund_id, with_for_update=True, populate_existing=True)
    if (refund.state == "created") == (facts.id == refund.stripe_refund_id):
        return  # the word on an earlier try, which failed
    target = rules.REFUND_STATES[facts.status]
    refund.stripe_refund_id = facts.id
    if target not in rules.REFUND_MOVES[refund.state]:
        return
    refund.state = target
    refund.failure = facts.failure if target == "failed" else None
    if target == "done":
        refund.done_at = now
        _tell_customer(session, refund, now)


def _left(payment: Payment, refunds: Sequence[Refund]) -> Decimal:
    return rules.left_to_refund(
        paid_amount(payment), ((refund.state, refund.amount) for refund in refunds)
    )


def _new_refund(payment: Payment, amount: Decimal, reason: str, now: datetime) -> Refund:
    ref = new_reference("R")
    return Refund(
        ref=ref,
        payment_id=payment.id,
        amount=amount,
        currency=payment.received_currency or payment.currency,
        reason=reason,
        state="created",
        idempotency_key=ref,
        created_at=now,
    )


def _ask_again(refund: Refund, amount: Decimal) -> Refund:
    refund.state = rules.refund_move(refund.state, "created")
    refund.amount = amount
    refund.idempotency_key = new_reference("R")
    refund.failure = refund.done_at = None
    return refund


def _order(refund: Refund) -> _Order | None:
    """None where there is nothing left to send."""
    intent_id = refund.payment.stripe_payment_intent_id
    if refund.state != "created" or intent_id is None:
        return None
    return _Order(refund.idempotency_key, intent_id, to_minor(refund.amount), refund.ref)


def _sent_before(order: _Order) -> RefundFacts | None:
    """The refund if an earlier call went through and only its answer was lost."""
    return next(
        (
            facts
            for facts in stripe_client.refunds_of(order.intent_id)
            if facts.refund_ref == order.ref and facts.status not in ("failed", "canceled")
        ),
        None,
    )


def _give_up(refund_id: int, failure: str) -> None:
    with transaction() as session:
        refund = session.get_one(Refund, refund_id, with_for_update=True)
        if refund.state == "created":
            refund.state = rules.refund_move(refund.state, "failed")
            refund.failure = failure


def _take_new_key(refund_id: int, spoilt: str) -> None:
    with transaction() as session:
        refund = session.get_one(Refund, refund_id, with_for_update=True)
        if refund.idempotency_key == spoilt:
            refund.idempotency_key = new_reference("R")


def _tell_customer(session: Session, refund: Refund, now: datetime) -> None:
    application = refund.payment.application
    customer = session.get_one(Customer, application.customer_id)
    mail.queue(
        session,
        mail.Letter(
            key=f"payment-refunded:{refund.ref}:{refund.stripe_refund_id}",
            recipient=customer.email,
            template="payment_refunded",
            language=application.language,
            context={
                "amount": str(refund.amount),
                "currency": refund.currency,
                "refund": refund.ref,
                "payment": refund.payment.ref,
                "application": application.ref,
                "reason": refund.reason,
            },
        ),
        now,
    )
