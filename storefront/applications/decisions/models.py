"""Rows about the underwriting of an application: every decision ever made, offers, letters, appeals."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Numeric
from sqlalchemy.orm import Mapped, mapped_column

from storefront.db import Base, Encrypted, Id


class UnderwritingDecision(Base):
    """One decision about an application; the latest one counts. Once made it is not changed any more.

    `cause` is what it followed on, `member_id` who made it (None: the rules, or a command line).
    `content` holds findings with the answers they read, terms, and hashes of the facts decided on;
    `reasons` are for colleagues, `note` is what the customer reads.
    """

    __tablename__ = "underwriting_decision"
    __table_args__ = (
        CheckConstraint(
            "cause in ('submission', 'correction', 'referral', 'appeal')", name="cause"
        ),
    )

    id: Mapped[Id]
    application_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("application.id"), index=True
    )
    at: Mapped[datetime]
    cause: Mapped[str]
    by_person: Mapped[bool]
    member_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff_member.id"))
    outcome: Mapped[str]
    content: Mapped[Any] = mapped_column(Encrypted)
    reasons: Mapped[Any] = mapped_column(Encrypted)
    note: Mapped[Any] = mapped_column(Encrypted)


class CounterOffer(Base):
    """Other terms than those applied for, with their price; open until `result` says how it ended.

    `terms` holds loadings and exclusions of each insured person. `standard` is the premium without them.
    """

    __tablename__ = "counter_offer"
    __table_args__ = (
        CheckConstraint(
            "result in ('accepted', 'withdrawn', 'expired', 'replaced')", name="result"
        ),
        CheckConstraint("(result is null) = (closed_at is null)", name="closed"),
        Index(
            "uq_counter_offer_open",
            "application_id",
            unique=True,
            postgresql_where="result is null",
        ),
        Index("ix_counter_offer_due", "expires_at", postgresql_where="result is null"),
    )

    id: Mapped[Id]
    application_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("application.id"))
    decision_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("underwriting_decision.id"))
    terms: Mapped[Any] = mapped_column(Encrypted)
    standard: Mapped[Decimal]
    premium: Mapped[Decimal]
    unrounded: Mapped[Decimal] = mapped_column(Numeric)
    lines: Mapped[list[Any]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    reminded_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    result: Mapped[str | None]
    text_sha256: Mapped[str | None]


class UnderwritingMessage(Base):
    """A question of an underwriter (with `member_id`, unless asked at a command line) or an answer."""

    __tablename__ = "underwriting_message"
    __table_args__ = (CheckConstraint("kind in ('question', 'answer')", name="kind"),)

    id: Mapped[Id]
    application_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("application.id"), index=True
    )
    at: Mapped[datetime]
    kind: Mapped[str]
    member_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff_member.id"))
    text: Mapped[Any] = mapped_column(Encrypted)


class UnderwritingAppeal(Base):
    """The one appeal that an application has against being declined or postponed."""

    __tablename__ = "underwriting_appeal"

    id: Mapped[Id]
    application_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("application.id"), unique=True
    )
    at: Mapped[datetime]
    reason: Mapped[Any] = mapped_column(Encrypted)
    decided_at: Mapped[datetime | None]
    upheld: Mapped[bool | None]


class UnderwrittenPerson(Base):
    """Who was underwritten in an application, by the hash that finds an identity number again."""

    __tablename__ = "underwritten_person"

    person_hash: Mapped[str] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("application.id"), primary_key=True
    )
