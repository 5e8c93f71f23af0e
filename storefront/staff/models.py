"""Rows of the agency's own people: members, logins, second factors, invitations, approvals."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storefront.db import Base, Encrypted, Id


class StaffMember(Base):
    """Somebody who works for the agency; `roles` are names of `storefront.roles`.

    An invited member has an empty `password_hash`, which no password fits. `totp_last_step` is the
    time step of the last code that was used: none is accepted twice.
    """

    __tablename__ = "staff_member"

    id: Mapped[Id]
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str]
    permissions: Mapped[list[Any]] = mapped_column(server_default=text("'[]'"))  # until 0011
    roles: Mapped[list[Any]] = mapped_column(server_default=text("'[]'"))
    totp_secret: Mapped[str | None] = mapped_column(Encrypted)
    totp_confirmed_at: Mapped[datetime | None]
    totp_last_step: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime]
    left_at: Mapped[datetime | None]


class StaffSession(Base):
    """One login of a staff member; the cookie holds the token, the row only its hash.

    Until `verified_at` is set, only the password was right and nothing is open yet.
    """

    __tablename__ = "staff_session"

    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(unique=True)
    member_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("staff_member.id"), index=True)
    created_at: Mapped[datetime]
    verified_at: Mapped[datetime | None]
    last_seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    user_agent: Mapped[str | None]

    member: Mapped[StaffMember] = relationship()


class RecoveryCode(Base):
    """A code that stands in once for the second factor; only its keyed hash is kept."""

    __tablename__ = "staff_recovery_code"

    id: Mapped[Id]
    member_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("staff_member.id"), index=True)
    code_hash: Mapped[str] = mapped_column(unique=True)
    used_at: Mapped[datetime | None]


class Invitation(Base):
    """A link by which a member sets a password and a new second factor, usable once."""

    __tablename__ = "staff_invitation"

    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(unique=True)
    member_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("staff_member.id"), index=True)
    invited_by_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff_member.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    member: Mapped[StaffMember] = relationship(foreign_keys=[member_id])


class Approval(Base):
    """Something that needs a second person: who asked is never who decides.

    Only who asked may withdraw. At most one of a kind is open for a subject.
    """

    __tablename__ = "approval"
    __table_args__ = (
        CheckConstraint("decision in ('approved', 'refused', 'withdrawn')", name="decision"),
        CheckConstraint(
            "(decision is null) = (decided_at is null) and (decision is null) = (decided_by_id is null)",
            name="decided",
        ),
        CheckConstraint(
            "(decision = 'withdrawn') = (decided_by_id = requested_by_id)", name="two_people"
        ),
        Index(
            "uq_approval_open", "kind", "subject", unique=True,
            postgresql_where="decision is null",
        ),
    )  # fmt: skip

    id: Mapped[Id]
    kind: Mapped[str]
    subject: Mapped[str]
    payload: Mapped[Any] = mapped_column(Encrypted)
    requested_by_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("staff_member.id"))
    requested_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff_member.id"))
    decision: Mapped[str | None]
    decided_at: Mapped[datetime | None]

    requested_by: Mapped[StaffMember] = relationship(foreign_keys=[requested_by_id])
    decided_by: Mapped[StaffMember | None] = relationship(foreign_keys=[decided_by_id])
