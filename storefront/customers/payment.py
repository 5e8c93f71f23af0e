"""Everything about one payment for the staff: what it was for, what Stripe calls it, what went back."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, defer, joinedload

from storefront.applications.models import Application
from storefront.errors import NotFound
from storefront.payments import refunds
from storefront.payments.models import Payment, Refund
from storefront.policies.models import Policy

MOST = 20


@dataclass(frozen=True)
class Everything:
    """What there is of a payment; `others` are attempts for the same application, newest first."""

    payment: Payment
    policy: Policy | None
    refunds: Sequence[Refund]
    others: Sequence[Payment]


def get(session: Session, ref: str) -> Payment:
    """A payment with its application. Raises NotFound."""
    application = joinedload(Payment.application)
    found = session.scalar(
        select(Payment)
        .where(Payment.ref == ref)
        .options(application, application.defer(Application.parties))
    )
    if found is None:
        raise NotFound
    return found


def read(session: Session, payment: Payment) -> Everything:
    """Each sort in one question to the database."""
    others = (
        select(Payment)
        .where(Payment.application_id == payment.application_id, Payment.id != payment.id)
        .options(defer(Payment.checkout_url))
        .order_by(Payment.id.desc())
        .limit(MOST)
    )
    return Everything(
        payment,
        session.scalar(select(Policy).where(Policy.application_id == payment.application_id)),
        refunds.refunds_of(session, payment),
        session.scalars(others).all(),
    )
