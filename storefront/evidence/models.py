"""Rows of the evidence record. A database trigger refuses update, delete and truncate on both."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storefront.db import Base, Encrypted, Id


class EvidenceContent(Base):
    """What a page or a text showed, kept once under its hash."""

    __tablename__ = "evidence_content"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[Any] = mapped_column(Encrypted)


class EvidenceRecord(Base):
    """One thing that happened in a sale. `digest` covers the fields and the digest before it."""

    __tablename__ = "evidence_record"
    __table_args__ = (UniqueConstraint("chain", "position"),)

    id: Mapped[Id]
    chain: Mapped[str]
    position: Mapped[int]
    at: Mapped[datetime]
    kind: Mapped[str]
    actor: Mapped[str]
    content_sha256: Mapped[str | None]
    details: Mapped[Any] = mapped_column(Encrypted)
    details_sha256: Mapped[str]
    previous: Mapped[str]
    digest: Mapped[str]
    retain_until: Mapped[date]
