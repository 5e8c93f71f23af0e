"""Rows of tickets and complaints, of the replies staff keep ready, and of help articles."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storefront.db import Base, Encrypted, Id


class Ticket(Base):
    """A conversation with somebody who wrote, whether they have an account or not.

    `link_hash` recognises the link in our mails; `form_hash` a form sent twice. `about` names
    policies, applications and claims by their numbers.
    """

    __tablename__ = "ticket"
    __table_args__ = (
        CheckConstraint("kind in ('question', 'complaint')", name="kind"),
        CheckConstraint("state in ('open', 'waiting', 'closed')", name="state"),
        CheckConstraint("(state = 'closed') = (closed_at is not null)", name="closed"),
        Index("ix_ticket_state", "kind", "state", "id"),
        Index("ix_ticket_created", "kind", "created_at", "id"),
        Index("ix_ticket_topic", "kind", "topic", "created_at", "id"),
        Index("ix_ticket_state_created", "kind", "state", "created_at", "id"),
    )

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    topic: Mapped[str]
    state: Mapped[str]
    language: Mapped[str]
    customer_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("customer.id"), index=True
    )
    name: Mapped[str] = mapped_column(Encrypted)
    email: Mapped[str] = mapped_column(Encrypted)
    email_hash: Mapped[str] = mapped_column(index=True)
    subject: Mapped[str] = mapped_column(Encrypted)
    about: Mapped[list[Any]]
    link_hash: Mapped[str] = mapped_column(unique=True)
    form_hash: Mapped[str | None] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    retain_until: Mapped[date]

    messages: Mapped[list["TicketMessage"]] = relationship(order_by="TicketMessage.id")
    complaint: Mapped["Complaint | None"] = relationship(back_populates="ticket")


class TicketMessage(Base):
    """What somebody wrote. A `note` is for staff alone; `source_hash` recognises a mail taken in twice."""

    __tablename__ = "ticket_message"
    __table_args__ = (
        CheckConstraint("author in ('customer', 'staff', 'note')", name="author"),
        CheckConstraint("(author = 'customer') = (member_id is null)", name="member"),
    )

    id: Mapped[Id]
    ticket_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("ticket.id"), index=True)
    author: Mapped[str]
    member_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff_member.id"))
    body: Mapped[str] = mapped_column(Encrypted)
    source_hash: Mapped[str | None] = mapped_column(unique=True)
    at: Mapped[datetime]


class Complaint(Base):
    """The clocks and decisions of a complaint (Q-01); who decided does not review."""

    __tablename__ = "complaint"
    __table_args__ = (
        CheckConstraint(
            "stage in ('received', 'contacted', 'decided', 'review', 'reviewed')", name="stage"
        ),
        CheckConstraint("outcome in ('upheld', 'partly', 'rejected')", name="outcome"),
        CheckConstraint(
            "review_outcome in ('upheld', 'partly', 'rejected')", name="review_outcome"
        ),
        CheckConstraint("extensions between 0 and 2", name="extensions"),
        CheckConstraint("reviewed_by_id <> decided_by_id", name="two_people"),
        Index("ix_complaint_stage", "stage", "ticket_id"),
        Index("ix_complaint_received", "received_at", "ticket_id"),
        Index("ix_complaint_stage_received", "stage", "received_at", "ticket_id"),
        Index("ix_complaint_outcome", "outcome", "received_at", "ticket_id"),
    )

    ticket_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("ticket.id"), primary_key=True)
    stage: Mapped[str]
    received_at: Mapped[datetime]
    contact_due: Mapped[datetime]
    contacted_at: Mapped[datetime | None]
    decision_due: Mapped[datetime]
    extensions: Mapped[int]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff_member.id"))
    outcome: Mapped[str | None]
    review_asked_at: Mapped[datetime | None]
    review_due: Mapped[datetime | None]
    reviewed_at: Mapped[datetime | None]
    reviewed_by_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff_member.id"))
    review_outcome: Mapped[str | None]

    ticket: Mapped[Ticket] = relationship(back_populates="complaint")


class ReplyTemplate(Base):
    """A reply kept ready in both languages; `body` may hold {name} and {ref}."""

    __tablename__ = "reply_template"

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    title: Mapped[dict[str, Any]]
    body: Mapped[dict[str, Any]]
    updated_at: Mapped[datetime]


class HelpArticle(Base):
    """A help article; what it says stands in its versions."""

    __tablename__ = "help_article"

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(unique=True)
    topic: Mapped[str]
    position: Mapped[int]
    withdrawn_at: Mapped[datetime | None]

    versions: Mapped[list["HelpVersion"]] = relationship(order_by="HelpVersion.number")


class HelpVersion(Base):
    """One wording of an article in both languages: a draft until published, then kept as it is."""

    __tablename__ = "help_version"
    __table_args__ = (
        UniqueConstraint("article_id", "number"),
        Index(
            "uq_help_version_draft", "article_id", unique=True,
            postgresql_where="published_at is null",
        ),
    )  # fmt: skip

    id: Mapped[Id]
    article_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("help_article.id"))
    number: Mapped[int]
    title: Mapped[dict[str, Any]]
    body: Mapped[dict[str, Any]]
    member_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff_member.id"))
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
