"""How a claim goes on: documents asked for, invoices, deadlines, and what happened."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storefront.db import Base, Encrypted, Id


class ClaimRequirement(Base):
    """A document that a claim needs: what it is, when it was asked for, whether it came.

    `document` is the code under which the files are kept as attachments of the claim.
    """

    __tablename__ = "claim_requirement"
    __table_args__ = (
        UniqueConstraint("claim_id", "document"),
        CheckConstraint("state in ('missing', 'received', 'accepted', 'refused')", name="state"),
    )

    id: Mapped[Id]
    claim_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("claim.id"))
    document: Mapped[str]
    name: Mapped[dict[str, Any]]
    required: Mapped[bool] = mapped_column(Boolean())
    state: Mapped[str]
    reason: Mapped[Any] = mapped_column(Encrypted, nullable=True)
    asked_at: Mapped[datetime]
    received_at: Mapped[datetime | None]
    judged_at: Mapped[datetime | None]


class ClaimInvoice(Base):
    """An invoice handed in; by the hash of its number the same one is found in other claims."""

    __tablename__ = "claim_invoice"

    id: Mapped[Id]
    claim_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("claim.id"), index=True)
    number_hash: Mapped[str] = mapped_column(index=True)
    details: Mapped[Any] = mapped_column(Encrypted)


class ClaimClock(Base):
    """A deadline that the law or our promise sets (C-01 to C-04, C-07), and when it was met.

    `round` counts anew after a claim was reopened or objected to.
    """

    __tablename__ = "claim_clock"
    __table_args__ = (
        UniqueConstraint("claim_id", "kind", "round"),
        Index("ix_claim_clock_open", "due_at", "id", postgresql_where="met_at is null"),
    )

    id: Mapped[Id]
    claim_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("claim.id"))
    kind: Mapped[str]
    rule: Mapped[str]
    round: Mapped[int]
    started_at: Mapped[datetime]
    due_at: Mapped[datetime] = mapped_column(index=True)
    met_at: Mapped[datetime | None]


class ClaimEvent(Base):
    """Something that happened with a claim, for its timeline; a trigger keeps it as it is."""

    __tablename__ = "claim_event"
    __table_args__ = (Index("ix_claim_event_claim_id", "claim_id", "id"),)

    id: Mapped[Id]
    claim_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("claim.id"))
    at: Mapped[datetime]
    kind: Mapped[str]
    actor: Mapped[str]
    details: Mapped[Any] = mapped_column(Encrypted)
    visible_to_customer: Mapped[bool]
