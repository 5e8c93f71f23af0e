"""What is found and decided about a claim, what is paid ahead, and what the customer answers."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storefront.db import Base, Encrypted, Id


class ClaimAssessment(Base):
    """One computation of what is payable; `member_id` is None where the rules did it at once."""

    __tablename__ = "claim_assessment"
    __table_args__ = (UniqueConstraint("claim_id", "number"),)

    id: Mapped[Id]
    claim_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("claim.id"))
    number: Mapped[int]
    member_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff_member.id"))
    result: Mapped[Any] = mapped_column(Encrypted)
    at: Mapped[datetime]


class ClaimDecision(Base):
    """A decision as the customer was told it; a later one takes its place and never changes it.

    `wording` holds plain reasons in both languages, `amount` what is payable in all. `letter_sha256` is
    the signed letter in the file store, set when it is made. `accepted_at`: the customer agreed. `heads`
    are place and figures of every head as they were decided; None where they stand with the claim alone.
    """

    __tablename__ = "claim_decision"
    __table_args__ = (
        UniqueConstraint("claim_id", "number"),
        CheckConstraint(
            "outcome in ('approved', 'partly_approved', 'declined', 'withdrawn',"
            " 'closed_without_payment')",
            name="outcome",
        ),
        CheckConstraint("amount >= 0", name="amount"),
        CheckConstraint(
            "(outcome in ('approved', 'partly_approved')) = (amount > 0)", name="amount_by_outcome"
        ),
    )

    id: Mapped[Id]
    claim_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("claim.id"))
    number: Mapped[int]
    assessment_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("claim_assessment.id"))
    outcome: Mapped[str]
    reason_code: Mapped[str | None]
    clause: Mapped[str | None]
    wording: Mapped[Any] = mapped_column(Encrypted)
    amount: Mapped[Decimal]
    heads: Mapped[list[Any] | None]
    decided_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff_member.id"))
    decided_at: Mapped[datetime] = mapped_column(index=True)
    letter_sha256: Mapped[str | None]
    told_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]


class ClaimAdvance(Base):
    """An undisputed part that is paid ahead of the final amount (C-04).

    `released_at`: a bank account is known, and the payment was ordered.
    """

    __tablename__ = "claim_advance"
    __table_args__ = (CheckConstraint("amount > 0", name="amount"),)

    id: Mapped[Id]
    claim_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("claim.id"), index=True)
    decision_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("claim_decision.id"))
    amount: Mapped[Decimal]
    reason: Mapped[str]
    member_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff_member.id"))
    at: Mapped[datetime]
    released_at: Mapped[datetime | None]


class Objection(Base):
    """The customer does not agree with a decision; somebody who did not make it looks again."""

    __tablename__ = "claim_objection"
    __table_args__ = (
        CheckConstraint("state in ('open', 'decided', 'withdrawn')", name="state"),
        CheckConstraint("outcome in ('kept', 'changed')", name="outcome"),
        Index(
            "uq_claim_objection_open", "claim_id", unique=True, postgresql_where="state = 'open'"
        ),
        Index("ix_claim_objection_claim_id", "claim_id", "id"),
    )

    id: Mapped[Id]
    claim_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("claim.id"))
    decision_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("claim_decision.id"))
    reasons: Mapped[Any] = mapped_column(Encrypted)
    state: Mapped[str]
    outcome: Mapped[str | None]
    made_at: Mapped[datetime]
    due_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff_member.id"))
    decided_at: Mapped[datetime | None]


class BankAccount(Base):
    """Where a claim is to be paid to; the newest one that was not replaced counts.

    `details` holds payee, bank and number, `masked` what pages show, `number_hash` finds the same
    account in other claims. `consent_sha256` is the text agreed to (S-08).
    """

    __tablename__ = "claim_bank_account"

    id: Mapped[Id]
    claim_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("claim.id"), index=True)
    details: Mapped[Any] = mapped_column(Encrypted)
    masked: Mapped[str]
    number_hash: Mapped[str] = mapped_column(index=True)
    consent_sha256: Mapped[str]
    given_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]
