"""Fetches from Stripe what the webhook missed, as often as one likes."""

from collections import Counter
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select

from storefront import clock, jobs
from storefront.db import transaction
from storefront.payments import checkout, refunds, rules, service, stripe_client
from storefront.payments.models import Payment, Refund
from storefront.payments.rules import SessionFacts

LOOK_BACK = timedelta(days=3)
_log = structlog.get_logger()


def reconcile(since: datetime) -> Counter[str]:
    """Compares all sessions since then, all overdue payments and all unfinished refunds with Stripe.

    What each led to, counted; "unknown" are sessions that are not ours. Raises
    stripe_client.Unavailable; what was done until then stays.
    """
    counts: Counter[str] = Counter()
    for facts in stripe_client.list_sessions(since):
        counts["sessions"] += 1
        counts[_apply(facts)] += 1
    for payment_id in overdue_payments(clock.now()):
        counts["overdue"] += 1
        counts[checkout.catch_up(payment_id)] += 1
    for payment_id in _payments_with_unfinished_refunds():
        counts["refunds asked for"] += 1
        refunds.refresh(payment_id)
    return counts


def overdue_payments(now: datetime) -> list[int]:
    """Ids of open payments past their closing time."""
    with transaction() as session:
        return list(
            session.scalars(
                select(Payment.id)
                .where(Payment.state.in_(rules.OPEN_STATES), Payment.expires_at <= now)
                .order_by(Payment.id)
            )
        )


@jobs.job("payments.catch_up", cron="* * * * *")
def catch_up_overdue() -> None:
    """Every minute: ends the payments whose closing time has passed, unless Stripe is away."""
    for payment_id in overdue_payments(clock.now()):
        try:
            checkout.catch_up(payment_id)
        except stripe_client.Unavailable:
            _log.warning("payments.catch-up-later")
            return


@jobs.job("payments.reconcile", cron="20 19 * * *")
def reconcile_daily() -> None:
    """Every night in China: the last three days."""
    counts = reconcile(clock.now() - LOOK_BACK)
    _log.info("payments.reconciled", **counts)


def _apply(facts: SessionFacts) -> str:
    with transaction() as session:
        payment = service.find(session, facts)
        if payment is None:
            return "unknown"
        return service.apply_session(session, payment.id, facts, clock.now()).verdict.value


def _payments_with_unfinished_refunds() -> list[int]:
    with transaction() as session:
        return list(
            session.scalars(
                select(Refund.payment_id).where(Refund.state.in_(("created", "sent"))).distinct()
            )
        )
