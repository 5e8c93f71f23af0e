"""Rows of the audit. A database trigger refuses update, delete and truncate."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storefront.db import Base, Encrypted, Id


class AuditEntry(Base):
    """One thing a member of staff read or changed; `member_id` is None for a command line.

    `subject_kind` and `subject` name the row concerned (customer and its id, application, policy or
    claim and its reference). `before` and `after` hold only what differs.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_subject", "subject_kind", "subject", "id"),
        Index("ix_audit_entry_subject_id", "subject", "id"),
        Index("ix_audit_entry_member", "member_id", "id"),
        Index("ix_audit_entry_action", "action", "id"),
        Index("ix_audit_entry_at", "at", "id"),
        Index("ix_audit_entry_kind", "subject_kind", "id"),
    )

    id: Mapped[Id]
    at: Mapped[datetime]
    member_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff_member.id"))
    action: Mapped[str]
    subject_kind: Mapped[str]
    subject: Mapped[str]
    reason: Mapped[str | None]
    before: Mapped[Any] = mapped_column(Encrypted)
    after: Mapped[Any] = mapped_column(Encrypted)
