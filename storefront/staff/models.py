"""Rows of the agency's own people and their logins."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storefront.db import Base, Id


class StaffMember(Base):
    """Somebody who works for the agency; `permissions` names their roles (`storefront.roles`)."""

    __tablename__ = "staff_member"

    id: Mapped[Id]
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str]
    permissions: Mapped[list[Any]]
    created_at: Mapped[datetime]
    left_at: Mapped[datetime | None]


class StaffSession(Base):
    """One login of a staff member; the cookie holds the token, the row only its hash."""

    __tablename__ = "staff_session"

    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(unique=True)
    member_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("staff_member.id"))
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    member: Mapped[StaffMember] = relationship()
