"""The claim itself, its heads of loss, and how the reserve of a head changed."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storefront.accounts.models import Customer
from storefront.db import Base, Encrypted, Id
from storefront.policies.models import Policy


class Claim(Base):
    """Something that happened and that a policy may pay for.

    `stage` says where the work stands, `decision` how it was decided; both move by `rules`.
    `customer_id` is the account that reported it; somebody without one comes back by a link, whose
    token `access_hash` recognises. `reporter` holds name, telephone, mail, role and authority,
    `circumstances` the place and what happened, `hurt` whom: position among the insured and person.
    `flags` are reasons for a person to look: [{"code": …, …}]. `payable` is what was decided in all.
    """

    __tablename__ = "claim"
    __table_args__ = (
        CheckConstraint(
            "stage in ('reported', 'documents', 'assessment', 'decided', 'paying', 'closed')",
            name="stage",
        ),
        CheckConstraint(
            "decision in ('pending', 'approved', 'partly_approved', 'declined', 'withdrawn',"
            " 'closed_without_payment')",
            name="decision",
        ),
        CheckConstraint("stage <> 'closed' or closed_at is not null", name="closed_at"),
        CheckConstraint("payable >= 0", name="payable"),
        Index("ix_claim_customer_id", "customer_id", "id"),
        Index("ix_claim_policy_id", "policy_id", "incident_at"),
        Index("ix_claim_stage", "stage", "reported_at", "id"),
        Index("ix_claim_stage_id", "stage", "id"),
        Index("ix_claim_reported", "reported_at", "id"),
        Index("ix_claim_decision", "decision", "reported_at", "id"),
    )

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(unique=True)
    policy_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("policy.id"))
    customer_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("customer.id"))
    access_hash: Mapped[str | None] = mapped_column(unique=True)
    reporter: Mapped[Any] = mapped_column(Encrypted)
    claim_type: Mapped[str]
    incident_at: Mapped[datetime]
    known_at: Mapped[datetime]
    reported_at: Mapped[datetime]
    circumstances: Mapped[Any] = mapped_column(Encrypted)
    hurt: Mapped[Any] = mapped_column(Encrypted)
    language: Mapped[str]
    stage: Mapped[str]
    decision: Mapped[str]
    reopened: Mapped[bool]
    complex: Mapped[bool]
    automatic: Mapped[bool]
    flags: Mapped[list[Any]]
    payable: Mapped[Decimal | None]
    complete_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    retain_until: Mapped[date]

    policy: Mapped[Policy] = relationship()
    customer: Mapped[Customer | None] = relationship()
    heads: Mapped[list["ClaimHead"]] = relationship(order_by="ClaimHead.position")


class ClaimHead(Base):
    """One head of loss: what is claimed under one cover, for one person where people are insured.

    `named` is the name of the person hurt, where it is not the one of the report.
    `facts` is what the adjudication needs, `figures` what it found, line by line with its clauses;
    `payable` is what was decided to be paid for it and uses limits up. `reserve` is what is expected
    to be paid still.
    """

    __tablename__ = "claim_head"
    __table_args__ = (
        UniqueConstraint("claim_id", "position"),
        CheckConstraint("claimed >= 0", name="claimed"),
        CheckConstraint("paid_elsewhere >= 0", name="paid_elsewhere"),
        CheckConstraint("payable >= 0", name="payable"),
        CheckConstraint("reserve >= 0", name="reserve"),
    )

    id: Mapped[Id]
    claim_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("claim.id"))
    position: Mapped[int]
    cover: Mapped[str]
    person: Mapped[int | None]
    named: Mapped[Any] = mapped_column(Encrypted, nullable=True)
    claimed: Mapped[Decimal]
    paid_elsewhere: Mapped[Decimal]
    facts: Mapped[Any] = mapped_column(Encrypted)
    figures: Mapped[dict[str, Any] | None]
    payable: Mapped[Decimal | None]
    reserve: Mapped[Decimal]


class ReserveChange(Base):
    """The reserve of a head was set to `amount`; a trigger keeps it as it is."""

    __tablename__ = "claim_reserve_change"

    id: Mapped[Id]
    head_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("claim_head.id"), index=True)
    amount: Mapped[Decimal]
    reason: Mapped[str]
    member_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff_member.id"))
    at: Mapped[datetime]
