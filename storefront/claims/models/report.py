"""A report of a claim while it is being filled in."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storefront.db import Base, Encrypted, Id


class ClaimReport(Base):
    """What was typed so far, kept step by step, so that a lost connection loses nothing.

    It belongs to the customer, or, where nobody is logged in, to the browser that holds `ref`.
    `claim_id` is set once it was sent: sending it again leads to the same claim.
    """

    __tablename__ = "claim_report"
    __table_args__ = (
        Index("ix_claim_report_open", "customer_id", "id", postgresql_where="claim_id is null"),
        Index("ix_claim_report_expires_at", "expires_at"),
    )

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(unique=True)
    customer_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("customer.id"))
    policy_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("policy.id"))
    language: Mapped[str]
    content: Mapped[Any] = mapped_column(Encrypted)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    claim_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("claim.id"), unique=True)
