"""Rows of customers, their sessions, one-use links, failed logins and the people they insure."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import INET
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storefront.db import Base, Encrypted, Id


class Customer(Base):
    """A person with an account. `email` is stored normalised and lower case."""

    __tablename__ = "customer"
    __table_args__ = (
        Index("ix_customer_created", "created_at", "id"),
        Index(
            "ix_customer_closed", "created_at", "id", postgresql_where="closed_at is not null"
        ),
    )  # fmt: skip
    is_authenticated: ClassVar[bool] = True  # what Flask-Login asks of a visitor

    id: Mapped[Id]
    email: Mapped[str] = mapped_column(unique=True)
    email_confirmed_at: Mapped[datetime | None]
    password_hash: Mapped[str]
    language: Mapped[str]
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    name: Mapped[str | None] = mapped_column(Encrypted)
    mobile: Mapped[str | None] = mapped_column(Encrypted)
    id_number: Mapped[str | None] = mapped_column(Encrypted)
    id_number_hash: Mapped[str | None] = mapped_column(index=True)
    birth_date: Mapped[date | None]
    sex: Mapped[str | None]
    retain_until: Mapped[date | None]


class LoginSession(Base):
    """One login of a customer; the cookie holds the token, the row only its hash."""

    __tablename__ = "login_session"

    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(unique=True)
    customer_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("customer.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    user_agent: Mapped[str]

    customer: Mapped[Customer] = relationship()


class AccountToken(Base):
    """A link sent by mail, usable once: confirm, reset, email-old or email-new.

    `email` is the address to be confirmed. A confirm link keeps the password chosen with it, which
    becomes the account's only through this link: whoever registers a stranger's address gains
    nothing when its owner confirms.
    """

    __tablename__ = "account_token"

    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(unique=True)
    purpose: Mapped[str]
    customer_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("customer.id"), index=True)
    email: Mapped[str]
    password_hash: Mapped[str | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class LoginFailure(Base):
    """A failed login, counted per account and per network address."""

    __tablename__ = "login_failure"
    __table_args__ = (
        Index("ix_login_failure_account", "account_hash", "at"),
        Index("ix_login_failure_address", "address", "at"),
    )

    id: Mapped[Id]
    account_hash: Mapped[str]
    address: Mapped[str] = mapped_column(INET)
    at: Mapped[datetime]


class Person(Base):
    """Somebody a customer insures often. `relation` is that person's relation to the customer."""

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("sex in ('M', 'F')", name="sex"),
        UniqueConstraint("customer_id", "id_number_hash"),
    )

    id: Mapped[Id]
    customer_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("customer.id"))
    name: Mapped[str] = mapped_column(Encrypted)
    relation: Mapped[str]
    id_number: Mapped[str] = mapped_column(Encrypted)
    id_number_hash: Mapped[str]
    birth_date: Mapped[date]
    sex: Mapped[str]
    mobile: Mapped[str | None] = mapped_column(Encrypted)
    created_at: Mapped[datetime]
