"""Rows of work that waits for a member of staff."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, column, table
from sqlalchemy.orm import Mapped, mapped_column

from storefront.db import Base, Id

MEMBER = table("staff_member", column("id"), column("name"))
"""Who has a piece of work, as far as features below the staff's own need to know a member's row."""


class WorkItem(Base):
    """A piece of work that members with `permission` may take.

    `kind` and `subject` name what it is about (`underwriting.referral` and an application's
    reference); at most one item of a kind is open for a subject. `barred_id` is somebody who must not
    do it, because two people are needed. The lower `priority`, the more urgent.
    """

    __tablename__ = "work_item"
    __table_args__ = (
        Index(
            "uq_work_item_open", "kind", "subject", unique=True,
            postgresql_where="closed_at is null",
        ),
        Index(
            "ix_work_item_referred", "opened_at", "id",
            postgresql_where="kind in ('underwriting.referral', 'underwriting.appeal')",
        ),
        Index(
            "ix_work_item_queue", "permission", "due_at", "id",
            postgresql_where="closed_at is null",
        ),
        Index(
            "ix_work_item_urgent", "permission", "priority", "due_at", "id",
            postgresql_where="closed_at is null",
        ),
        Index(
            "ix_work_item_assignee", "assignee_id", "due_at",
            postgresql_where="closed_at is null",
        ),
    )  # fmt: skip

    id: Mapped[Id]
    kind: Mapped[str]
    subject: Mapped[str]
    permission: Mapped[str]
    priority: Mapped[int]
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime]
    assignee_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff_member.id"))
    taken_at: Mapped[datetime | None]
    barred_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff_member.id"))
    unread: Mapped[bool]
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff_member.id"))
