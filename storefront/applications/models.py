"""Rows of applications and of what the customer confirmed in them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storefront.advice.models import SuitabilityRecord
from storefront.applications.consent.models import InsuredConsent
from storefront.db import Base, Encrypted, Id


class Application(Base):
    """One application for one product version.

    `parties` holds policyholder, insured persons, beneficiaries and the insured object;
    `declaration` the health answers. `revision` grows with every change, so that a form filled in
    from an older one is recognised. Premium, its lines, the shares of the insured persons in it and
    the decision are frozen at submission; the decision says why, so that it is encrypted too.
    `policyholder_hash` is the keyed hash of the policyholder's number, so that premiums of one person or
    company are found whatever account they were paid through (S-11).
    `suitability` is the assessment behind it, where the product needs one (N-01).
    """

    __tablename__ = "application"
    __table_args__ = (
        CheckConstraint(
            "state in ('draft', 'submitted', 'referred', 'counter_offered', 'accepted', 'declined',"
            " 'postponed', 'withdrawn', 'expired', 'paid')",
            name="state",
        ),
        CheckConstraint(
            "state not in ('accepted', 'paid') or premium > 0", name="accepted_has_premium"
        ),
        Index("ix_application_created", "created_at", "id"),
        Index("ix_application_state", "state", "created_at", "id"),
        Index("ix_application_product", "product_code", "created_at", "id"),
    )

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(unique=True)
    customer_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("customer.id"), index=True)
    quote_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("quote.id"))
    suitability_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("suitability_record.id")
    )
    product_code: Mapped[str]
    product_version: Mapped[int]
    state: Mapped[str]
    language: Mapped[str]
    revision: Mapped[int]
    answers: Mapped[dict[str, Any]]
    start_date: Mapped[date | None]
    parties: Mapped[Any] = mapped_column(Encrypted)
    policyholder_hash: Mapped[str | None] = mapped_column(index=True)
    declaration: Mapped[Any] = mapped_column(Encrypted)
    premium: Mapped[Decimal | None]
    unrounded: Mapped[Decimal | None] = mapped_column(Numeric)
    currency: Mapped[str]
    lines: Mapped[list[Any]]
    person_premiums: Mapped[list[Any]] = mapped_column(server_default="[]")
    decision: Mapped[Any | None] = mapped_column(Encrypted)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None] = mapped_column(index=True)
    decided_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    retain_until: Mapped[date | None]

    confirmations: Mapped[list["Confirmation"]] = relationship(order_by="Confirmation.id")
    consents: Mapped[list[InsuredConsent]] = relationship(order_by=InsuredConsent.id)
    suitability: Mapped[SuitabilityRecord | None] = relationship()


class Confirmation(Base):
    """Something the customer confirmed by itself, with the hash of the exact text shown (S-02)."""

    __tablename__ = "application_confirmation"
    __table_args__ = (UniqueConstraint("application_id", "kind"),)

    id: Mapped[Id]
    application_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("application.id"))
    kind: Mapped[str]
    text_sha256: Mapped[str]
    language: Mapped[str]
    confirmed_at: Mapped[datetime]
