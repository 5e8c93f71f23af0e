"""Rows of notes on policies, of exports and remembered columns, and of merged customers."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storefront.accounts.models import Customer
from storefront.db import Base, Encrypted, Id
from storefront.staff.models import StaffMember


class PolicyNote(Base):
    """What somebody of the staff wrote down about a policy; a trigger keeps it as it is."""

    __tablename__ = "policy_note"

    id: Mapped[Id]
    policy_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("policy.id"), index=True)
    member_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("staff_member.id"))
    body: Mapped[str] = mapped_column(Encrypted)
    at: Mapped[datetime]

    member: Mapped[StaffMember] = relationship()


class ListColumns(Base):
    """Which columns of a list a member wants to see."""

    __tablename__ = "list_columns"

    member_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("staff_member.id"), primary_key=True
    )
    list_name: Mapped[str] = mapped_column(primary_key=True)
    columns: Mapped[list[Any]]


class ListExport(Base):
    """A file of everything that matched a list's filters, made by a job.

    `done` of `total` rows are written; the file stands in the store under `file_name` until
    `expires_at`.
    """

    __tablename__ = "list_export"
    __table_args__ = (
        CheckConstraint(
            "state in ('waiting', 'running', 'ready', 'failed', 'expired')", name="state"
        ),
        CheckConstraint("form in ('csv', 'xlsx')", name="form"),
        Index("ix_list_export_member_id", "member_id", "id"),
        Index("ix_list_export_expires_at", "expires_at", postgresql_where="state <> 'expired'"),
    )

    id: Mapped[Id]
    member_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("staff_member.id"))
    list_name: Mapped[str]
    form: Mapped[str]
    language: Mapped[str]
    filters: Mapped[dict[str, Any]]
    columns: Mapped[list[Any]]
    state: Mapped[str]
    total: Mapped[int]
    done: Mapped[int]
    file_name: Mapped[str]
    created_at: Mapped[datetime]
    ready_at: Mapped[datetime | None]
    downloaded_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]


class CustomerMerge(Base):
    """Two accounts of one person became one: what belonged to `merged` belongs to `kept` since."""

    __tablename__ = "customer_merge"
    __table_args__ = (
        CheckConstraint("kept_id <> merged_id", name="two"),
        Index(
            "uq_customer_merge_standing",
            "merged_id",
            unique=True,
            postgresql_where="undone_at is null",
        ),
    )

    id: Mapped[Id]
    kept_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("customer.id"), index=True)
    merged_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("customer.id"))
    member_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("staff_member.id"))
    reason: Mapped[str]
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff_member.id"))

    kept: Mapped[Customer] = relationship(foreign_keys=kept_id)
    merged: Mapped[Customer] = relationship(foreign_keys=merged_id)


class MovedRow(Base):
    """One row that a merge gave to another customer."""

    __tablename__ = "customer_merge_row"

    merge_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("customer_merge.id"), primary_key=True
    )
    table_name: Mapped[str] = mapped_column(primary_key=True)
    row_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
