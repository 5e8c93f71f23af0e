"""Rows of what is due for claims, of the orders to pay it, and of the files that go to the bank and back."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storefront.claims.models import Claim
from storefront.db import Base, Encrypted, Id


class PayoutDue(Base):
    """An amount that is to be paid for a claim: `key` names its cause for ever (`paying.Payable`).

    `asked_by` is the member who decided it, None where the rules did. `split`: an assessor named the
    payees, so that another account of the customer's does not change them. `void_at`: its cause was
    taken back before it was paid. A trigger keeps the sum of its living orders within `amount`.
    """

    __tablename__ = "claim_payout_due"
    __table_args__ = (CheckConstraint("amount > 0", name="amount"),)

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(unique=True)
    claim_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("claim.id"), index=True)
    amount: Mapped[Decimal]
    asked_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff_member.id"))
    split: Mapped[bool]
    at: Mapped[datetime]
    void_at: Mapped[datetime | None]

    claim: Mapped[Claim] = relationship()
    orders: Mapped[list["PayoutOrder"]] = relationship(
        back_populates="due", order_by="PayoutOrder.part"
    )


class BankFile(Base):
    """A file for the bank of one insurer, kept as it was first made; `content` is its bytes as base64."""

    __tablename__ = "claim_bank_file"

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(unique=True)
    insurer_code: Mapped[str]
    encoding: Mapped[str]
    lines: Mapped[int]
    total: Mapped[Decimal]
    sha256: Mapped[str] = mapped_column(unique=True)
    content: Mapped[Any] = mapped_column(Encrypted)
    made_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff_member.id"))
    made_at: Mapped[datetime]


class PayoutOrder(Base):
    """An order to pay a part of what is due to one payee; who asked for it never approves it.

    `payee` holds name, bank and number; `masked` is what lists show. `reason` says as a code why an
    order is held, rejected or dismissed, `note` in words. It goes into exactly one bank file: after a
    rejection there is a new order, never the same one again.
    """

    __tablename__ = "claim_payout"
    __table_args__ = (
        UniqueConstraint("due_id", "part"),
        UniqueConstraint("bank_file_id", "line"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint(
            "state in ('requested', 'held', 'approved', 'paid', 'rejected', 'dismissed')",
            name="state",
        ),
        CheckConstraint("approved_by <> requested_by", name="four_eyes"),
        CheckConstraint(
            "state not in ('approved', 'paid', 'rejected')"
            " or (approved_by is not null and payee is not null)",
            name="approved_by_somebody",
        ),
        CheckConstraint(
            "state <> 'approved' or requested_by is not null or bank_file_id is not null",
            name="asked_by_somebody",
        ),
        CheckConstraint(
            "bank_file_id is null or (approved_by is not null and line is not null)",
            name="sent_once_approved",
        ),
        CheckConstraint(
            "(state = 'paid') = (paid_at is not null)"
            " and (state <> 'paid' or bank_file_id is not null)",
            name="paid_by_file",
        ),
        Index("ix_claim_payout_claim_id", "claim_id", "id"),
        Index("ix_claim_payout_state", "state", "id"),
        Index("ix_claim_payout_requested", "requested_at", "id"),
        Index("ix_claim_payout_state_requested", "state", "requested_at", "id"),
        Index(
            "ix_claim_payout_to_send", "id",
            postgresql_where="state = 'approved' and bank_file_id is null",
        ),
    )  # fmt: skip

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(unique=True)
    due_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("claim_payout_due.id"))
    claim_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("claim.id"))
    part: Mapped[int]
    amount: Mapped[Decimal]
    payee_kind: Mapped[str]
    payee: Mapped[Any] = mapped_column(Encrypted, nullable=True)
    masked: Mapped[str]
    state: Mapped[str]
    reason: Mapped[str | None]
    note: Mapped[Any] = mapped_column(Encrypted, nullable=True)
    requested_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff_member.id"))
    requested_at: Mapped[datetime]
    approved_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff_member.id"))
    approved_at: Mapped[datetime | None]
    bank_file_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("claim_bank_file.id"))
    line: Mapped[int | None]
    paid_at: Mapped[datetime | None]

    due: Mapped[PayoutDue] = relationship(back_populates="orders")
    claim: Mapped[Claim] = relationship()


class BankReturn(Base):
    """A return file of the bank that was taken in; the same file again changes nothing."""

    __tablename__ = "claim_bank_return"

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(unique=True)
    sha256: Mapped[str] = mapped_column(unique=True)
    file_name: Mapped[str]
    counts: Mapped[dict[str, Any]]
    member_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff_member.id"))
    at: Mapped[datetime]


class BankReturnLine(Base):
    """What the bank says about one order; `line_key` is the bank's own, so no line counts twice.

    `outcome` is what followed: paid, rejected, or held (with `reason`) until a person has resolved it.
    """

    __tablename__ = "claim_bank_return_line"
    __table_args__ = (
        UniqueConstraint("return_id", "number"),
        CheckConstraint("result in ('paid', 'rejected')", name="result"),
        CheckConstraint("outcome in ('paid', 'rejected', 'held')", name="outcome"),
        Index(
            "uq_claim_bank_return_line_paid", "order_id", unique=True,
            postgresql_where="outcome = 'paid'",
        ),
        Index(
            "ix_claim_bank_return_line_held", "id",
            postgresql_where="outcome = 'held' and resolved_at is null",
        ),
    )  # fmt: skip

    id: Mapped[Id]
    return_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("claim_bank_return.id"))
    number: Mapped[int]
    line_key: Mapped[str] = mapped_column(unique=True)
    order_ref: Mapped[str]
    order_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("claim_payout.id"), index=True
    )
    amount: Mapped[Decimal]
    result: Mapped[str]
    bank_reason: Mapped[Any] = mapped_column(Encrypted, nullable=True)
    outcome: Mapped[str]
    reason: Mapped[str | None]
    resolution: Mapped[Any] = mapped_column(Encrypted, nullable=True)
    resolved_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff_member.id"))
    resolved_at: Mapped[datetime | None]
