"""What is paid beside the benefits of a claim: out of goodwill, or given back by the clauses."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storefront.db import Base, Encrypted, Id


class ClaimExGratia(Base):
    """An amount that one member asks to be paid out of goodwill, and another agrees to or refuses.

    It stands beside what was decided and uses nothing up. `reason` is the staff's, never the customer's.
    `letter_sha256` is the signed letter about it; `released_at`: an account is known, and the payment
    was ordered.
    """

    __tablename__ = "claim_ex_gratia"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("state in ('requested', 'agreed', 'refused')", name="state"),
        CheckConstraint("decided_by <> requested_by", name="two_people"),
        CheckConstraint(
            "(state = 'requested') = (decided_by is null)"
            " and (state = 'requested') = (decided_at is null)",
            name="decided",
        ),
        CheckConstraint("released_at is null or state = 'agreed'", name="released"),
        Index(
            "uq_claim_ex_gratia_open", "claim_id", unique=True,
            postgresql_where="state = 'requested'",
        ),
        Index("ix_claim_ex_gratia_claim_id", "claim_id", "id"),
    )  # fmt: skip

    id: Mapped[Id]
    claim_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("claim.id"))
    decision_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("claim_decision.id"))
    amount: Mapped[Decimal]
    reason: Mapped[Any] = mapped_column(Encrypted)
    state: Mapped[str]
    requested_by: Mapped[int] = mapped_column(BigInteger, ForeignKey("staff_member.id"))
    requested_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff_member.id"))
    decided_at: Mapped[datetime | None]
    note: Mapped[Any] = mapped_column(Encrypted, nullable=True)
    letter_sha256: Mapped[str | None]
    told_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]


class ClaimReturn(Base):
    """What goes back to the policyholder by the clauses with a refusal: premiums, or the cash value.

    `void_at`: a later decision took the refusal back before it was paid.
    """

    __tablename__ = "claim_return"
    __table_args__ = (
        UniqueConstraint("decision_id", "code"),
        CheckConstraint("code in ('premiums', 'cash-value')", name="code"),
        CheckConstraint("amount > 0", name="amount"),
        Index("ix_claim_return_claim_id", "claim_id", "id"),
    )

    id: Mapped[Id]
    claim_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("claim.id"))
    decision_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("claim_decision.id"))
    code: Mapped[str]
    amount: Mapped[Decimal]
    clause: Mapped[str]
    at: Mapped[datetime]
    released_at: Mapped[datetime | None]
    void_at: Mapped[datetime | None]
