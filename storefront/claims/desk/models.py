"""What adjusters write down about a claim, and what is to come back from others."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storefront.db import Base, Encrypted, Id


class ClaimNote(Base):
    """A survey, an adjuster's naming, a review of measures, or a step of a negotiation.

    `by_whom` is who did it on `on_day`; the report itself is among the files of the claim.
    """

    __tablename__ = "claim_note"
    __table_args__ = (
        CheckConstraint("kind in ('adjuster', 'survey', 'measures', 'negotiation')", name="kind"),
        Index("ix_claim_note_claim_id", "claim_id", "id"),
    )

    id: Mapped[Id]
    claim_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("claim.id"))
    kind: Mapped[str]
    on_day: Mapped[date]
    by_whom: Mapped[Any] = mapped_column(Encrypted)
    text: Mapped[Any] = mapped_column(Encrypted)
    member_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("staff_member.id"))
    at: Mapped[datetime]


class ClaimRecovery(Base):
    """An amount that somebody else owes for a claim (recourse), and what of it has come in."""

    __tablename__ = "claim_recovery"
    __table_args__ = (
        CheckConstraint("expected > 0", name="expected"),
        CheckConstraint("received >= 0", name="received"),
        Index("ix_claim_recovery_claim_id", "claim_id", "id"),
    )

    id: Mapped[Id]
    claim_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("claim.id"))
    from_whom: Mapped[Any] = mapped_column(Encrypted)
    expected: Mapped[Decimal]
    received: Mapped[Decimal]
    member_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("staff_member.id"))
    at: Mapped[datetime]
