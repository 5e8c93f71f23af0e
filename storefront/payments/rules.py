"""What may become of a payment and a refund, and what Stripe's word on a session leads to. Pure.

Amounts are yuan (`Decimal`), Stripe's are minor units (fen); both meet only in this feature.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from storefront.money import from_minor, to_minor

CHECKOUT_OPEN_FOR = timedelta(minutes=30)
# Stripe refuses a session that would close in less than 30 minutes from when it hears of it; the
# margin is what a slow call, or one repeated after a crash, may take.
OPENING_MARGIN = timedelta(minutes=2)

OPEN_STATES = ("created", "pending")
PAYMENT_MOVES: Mapping[str, frozenset[str]] = {
    "created": frozenset({"pending", "settled", "failed", "expired"}),
    "pending": frozenset({"settled", "failed", "expired"}),
    # Money may arrive although the attempt was given up: by a slow method, or a lost answer.
    "failed": frozenset({"settled"}),
    "expired": frozenset({"settled"}),
    "settled": frozenset(),
}
REFUND_MOVES: Mapping[str, frozenset[str]] = {
    "created": frozenset({"sent", "done", "failed"}),
    "sent": frozenset({"done", "failed"}),
    "done": frozenset({"failed"}),  # a bank may send a refund back days later
    "failed": frozenset({"created"}),  # asked for again
}
REFUND_STATES = {
    "pending": "sent",
    "requires_action": "sent",
    "succeeded": "done",
    "failed": "failed",
    "canceled": "failed",
}
FAILED_INTENTS = ("requires_payment_method", "canceled")
# Applications that can never lead to a policy any more: their money goes back by itself.
CLOSED_APPLICATIONS = frozenset({"withdrawn", "expired", "declined", "postponed"})


class ForbiddenMove(Exception):
    """A state that does not follow from the present one."""


class OverRefund(Exception):
    """A refund of nothing, or of more than is left of what was paid."""


class Verdict(StrEnum):
    """What a session's present state means for its payment."""

    IGNORE = "ignored"
    NOTE = "attempt failed"
    EXPIRE = "expired"
    FAIL = "failed"
    SETTLE = "settled"
    HOLD = "held"
    REFUND = "refunded"


@dataclass(frozen=True)
class Outcome:
    """A verdict; `reason` is a slug for a held, refunded, failed or refused attempt."""

    verdict: Verdict
    reason: str | None = None


@dataclass(frozen=True)
class SessionFacts:
    """A Checkout session as Stripe has it: `amount` in minor units, `status` open/complete/expired.

    `payment_status` is paid, unpaid or no_payment_required; `intent_status` and `failure` come from
    its payment intent, which exists once somebody tried to pay.
    """

    id: str
    status: str
    payment_status: str
    amount: int
    currency: str
    payment_ref: str | None = None
    url: str | None = None
    intent_id: str | None = None
    intent_status: str | None = None
    failure: str | None = None
    paid_at: datetime | None = None


@dataclass(frozen=True)
class PaymentFacts:
    """A payment as we have it, with what its application says now; `amount` and `premium` in yuan.

    After `offer_ends` the application must not be paid any more, because its cover would begin
    before the premium is received.
    """

    state: str
    amount: Decimal
    currency: str
    application_state: str
    premium: Decimal | None
    offer_ends: datetime
    paid_elsewhere: bool


def payment_move(state: str, target: str) -> str:
    """The target state. Raises ForbiddenMove."""
    return _move(PAYMENT_MOVES, state, target)


def refund_move(state: str, target: str) -> str:
    """The target state. Raises ForbiddenMove."""
    return _move(REFUND_MOVES, state, target)


def judge(payment: PaymentFacts, checkout: SessionFacts, now: datetime) -> Outcome:
    """What the session means for the payment, whatever came before and in whatever order.

    Money counts from when it was paid, however late we hear of it. A settled payment is settled for good: hearing of it again changes nothing.
    """
    if payment.state == "settled":
        return Outcome(Verdict.IGNORE)
    if checkout.payment_status != "unpaid":
        return judge_money(payment, checkout.amount, checkout.currency, checkout.paid_at or now)
    if payment.state in OPEN_STATES:
        return _judge_unpaid(checkout)
    return Outcome(Verdict.IGNORE)


def judge_money(payment: PaymentFacts, amount: int, currency: str, paid_at: datetime) -> Outcome:
    """What money that arrived (minor units) leads to. Cover follows only from SETTLE (M-03).

    Less or more than was asked never leads to a policy, not even as a kindness (M-05).
    """
    objections = (
        (currency.lower() != payment.currency.lower(), Verdict.HOLD, "currency"),
        (amount != to_minor(payment.amount), Verdict.HOLD, "amount"),
        (payment.paid_elsewhere, Verdict.REFUND, "duplicate"),
        (payment.application_state == "paid", Verdict.REFUND, "duplicate"),
        (payment.application_state in CLOSED_APPLICATIONS, Verdict.REFUND, "withdrawn"),
        (payment.application_state != "accepted", Verdict.HOLD, "application"),
        (payment.premium != payment.amount, Verdict.HOLD, "premium"),
        (paid_at >= payment.offer_ends, Verdict.REFUND, "late"),
    )
    for applies, verdict, reason in objections:
        if applies:
            return Outcome(verdict, reason)
    return Outcome(Verdict.SETTLE)


def money_received(checkout: SessionFacts) -> Decimal:
    """What a paid session brought, in yuan (or in the whole unit of its currency)."""
    return from_minor(checkout.amount)


def left_to_refund(paid: Decimal, refunds: Iterable[tuple[str, Decimal]]) -> Decimal:
    """What may still go back: refunds are (state, amount), and failed ones took nothing."""
    taken = sum((amount for state, amount in refunds if state != "failed"), Decimal(0))
    return paid - taken


def check_refund(amount: Decimal, left: Decimal) -> None:
    """Raises OverRefund unless the amount is positive and no more than what is left."""
    if not 0 < amount <= left:
        raise OverRefund(f"{amount} of {left}")


def is_stale(payment: PaymentFacts) -> bool:
    """Whether an open payment asks for something else than the application costs now (M-03)."""
    return payment.premium != payment.amount


def _judge_unpaid(checkout: SessionFacts) -> Outcome:
    if checkout.status == "expired":
        return Outcome(Verdict.EXPIRE)
    if checkout.status == "complete" and checkout.intent_status in FAILED_INTENTS:
        return Outcome(Verdict.FAIL, checkout.failure or "payment_failed")
    if checkout.failure:
        return Outcome(Verdict.NOTE, checkout.failure)
    return Outcome(Verdict.IGNORE)


def _move(moves: Mapping[str, frozenset[str]], state: str, target: str) -> str:
    if target not in moves[state]:
        raise ForbiddenMove(f"{state} to {target}")
    return target
