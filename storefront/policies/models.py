"""Rows of policies: the contract, its stack of immutable transactions, its documents."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storefront.applications.models import Application
from storefront.db import Base, Encrypted, Id


class Policy(Base):
    """A contract with an insurer. It begins as `issuing`, without a number: that is the insurer's."""

    __tablename__ = "policy"
    __table_args__ = (
        CheckConstraint(
            "state in ('issuing', 'in_force', 'cancelled', 'surrendered', 'lapsed', 'expired',"
            " 'terminated')",
            name="state",
        ),
        CheckConstraint("state in ('issuing', 'cancelled') or number is not null", name="number"),
        CheckConstraint("end_at > start_at", name="term"),
        Index("ix_policy_created", "created_at", "id"),
        Index("ix_policy_state", "state", "created_at", "id"),
        Index("ix_policy_product", "product_code", "created_at", "id"),
        Index("ix_policy_insurer", "insurer_code", "created_at", "id"),
        Index("ix_policy_end", "end_at", "id"),
    )

    id: Mapped[Id]
    application_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("application.id"), unique=True
    )
    customer_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("customer.id"), index=True)
    product_code: Mapped[str]
    product_version: Mapped[int]
    insurer_code: Mapped[str] = mapped_column(ForeignKey("insurer.code"))
    number: Mapped[str | None] = mapped_column(unique=True)
    state: Mapped[str]
    language: Mapped[str]
    start_at: Mapped[datetime]
    end_at: Mapped[datetime]
    premium: Mapped[Decimal]
    currency: Mapped[str]
    verify_code: Mapped[str] = mapped_column(unique=True)
    refusal: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime]
    issued_at: Mapped[datetime | None] = mapped_column(index=True)
    delivered_at: Mapped[datetime | None]
    retain_until: Mapped[date]

    application: Mapped[Application] = relationship()
    documents: Mapped[list["PolicyDocument"]] = relationship(order_by="PolicyDocument.id")


class PolicyTransaction(Base):
    """One change of the contract: new business, endorsement, renewal, cancellation, reinstatement.

    `content` is the whole contract as it stands from `effective_at` on; a trigger keeps it as it is.
    """

    __tablename__ = "policy_transaction"
    __table_args__ = (UniqueConstraint("policy_id", "position"),)

    id: Mapped[Id]
    policy_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("policy.id"))
    position: Mapped[int]
    kind: Mapped[str]
    effective_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    premium_change: Mapped[Decimal]
    content: Mapped[Any] = mapped_column(Encrypted)


class PolicyDocument(Base):
    """A signed document of a policy, found in the file store under its hash."""

    __tablename__ = "policy_document"
    __table_args__ = (UniqueConstraint("transaction_id", "kind", "language"),)

    id: Mapped[Id]
    policy_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("policy.id"), index=True)
    transaction_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("policy_transaction.id"))
    kind: Mapped[str]
    language: Mapped[str]
    sha256: Mapped[str] = mapped_column(index=True)
    size: Mapped[int]
    created_at: Mapped[datetime]


class RenderedClauses(Base):
    """The clauses of a product version as PDF, set once; `fingerprint` covers text and layout."""

    __tablename__ = "rendered_clauses"

    fingerprint: Mapped[str] = mapped_column(primary_key=True)
    sha256: Mapped[str]
    created_at: Mapped[datetime]
