"""Rows of payments, refunds and received Stripe events. None of them is ever deleted."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storefront.applications.models import Application
from storefront.db import Base, Id


class Payment(Base):
    """One attempt to pay: committed before its Checkout session is created.

    `idempotency_key` is what Stripe recognises the creation by. `held_reason` is set where money
    arrived that must not lead to a policy before a person has looked at it, or that goes back.
    `received_amount` and `received_currency` are set only where other money came than was asked.
    """

    __tablename__ = "payment"
    __table_args__ = (
        CheckConstraint(
            "state in ('created', 'pending', 'settled', 'failed', 'expired')", name="state"
        ),
        CheckConstraint("amount > 0", name="amount"),
        Index(
            "uq_payment_open_application",
            "application_id",
            unique=True,
            postgresql_where="state in ('created', 'pending')",
        ),
        Index(
            "uq_payment_settled_application",
            "application_id",
            unique=True,
            postgresql_where="state = 'settled' and held_reason is null",
        ),
        Index("ix_payment_created", "created_at", "id"),
        Index("ix_payment_state", "state", "created_at", "id"),
        Index("ix_payment_amount", "amount", "id"),
        Index("ix_payment_held", "id", postgresql_where="held_reason is not null"),
    )

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(unique=True)
    application_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("application.id"), index=True
    )
    purpose: Mapped[str]
    amount: Mapped[Decimal]
    currency: Mapped[str]
    state: Mapped[str]
    idempotency_key: Mapped[str] = mapped_column(unique=True)
    stripe_session_id: Mapped[str | None] = mapped_column(unique=True)
    stripe_payment_intent_id: Mapped[str | None] = mapped_column(unique=True)
    checkout_url: Mapped[str | None]
    failure: Mapped[str | None]
    held_reason: Mapped[str | None]
    received_amount: Mapped[Decimal | None]
    received_currency: Mapped[str | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    settled_at: Mapped[datetime | None] = mapped_column(index=True)

    application: Mapped[Application] = relationship()


class Refund(Base):
    """Money going back to where it came from (M-01). At most one for each payment and reason.

    `idempotency_key` is the reference, and a new key only after Stripe failed under the old one.
    """

    __tablename__ = "refund"
    __table_args__ = (
        CheckConstraint("state in ('created', 'sent', 'done', 'failed')", name="state"),
        CheckConstraint("amount > 0", name="amount"),
        Index("uq_refund_payment_reason", "payment_id", "reason", unique=True),
        Index("ix_refund_failed", "id", postgresql_where="state = 'failed'"),
    )

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(unique=True)
    payment_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("payment.id"))
    amount: Mapped[Decimal]
    currency: Mapped[str]
    reason: Mapped[str]
    state: Mapped[str]
    idempotency_key: Mapped[str] = mapped_column(unique=True)
    stripe_refund_id: Mapped[str | None] = mapped_column(unique=True)
    failure: Mapped[str | None]
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]

    payment: Mapped[Payment] = relationship()


class StripeEvent(Base):
    """An event Stripe sent, kept once under its own id."""

    __tablename__ = "stripe_event"

    id: Mapped[str] = mapped_column(primary_key=True)
    type: Mapped[str]
    object_id: Mapped[str]
    created_at: Mapped[datetime]
    received_at: Mapped[datetime]
    handled_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    payload: Mapped[dict[str, Any]]
