"""Rows of consents: one for each link that was made for an insured person."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storefront.db import Base, Encrypted, Id


class InsuredConsent(Base):
    """One link by which an insured person agrees or refuses, good for one answer (S-05).

    The person is known by the keyed hash of its identity number, the link by the hash of its token.
    `terms_sha256` says what the consent is about: it counts only while the application still means
    exactly that. `text_sha256` is the text that was agreed to or refused, found in the evidence.
    """

    __tablename__ = "insured_consent"
    __table_args__ = (
        CheckConstraint("state in ('asked', 'agreed', 'refused', 'void')", name="state"),
        CheckConstraint(
            "(state in ('agreed', 'refused')) = (answered_at is not null)", name="answered"
        ),
    )

    id: Mapped[Id]
    application_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("application.id"), index=True
    )
    person_hash: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    email: Mapped[str | None] = mapped_column(Encrypted)
    terms_sha256: Mapped[str]
    state: Mapped[str]
    attempts: Mapped[int]
    text_sha256: Mapped[str | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
