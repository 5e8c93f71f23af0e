"""Rows of the evidence record. Triggers in the database refuse every change; records go only after
their retention, by way of an entered removal (`removal.py`).
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storefront.db import Base, Encrypted, Id


class EvidenceContent(Base):
    """What a page or a text showed, kept once under its hash."""

    __tablename__ = "evidence_content"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[Any] = mapped_column(Encrypted)


class EvidenceRecord(Base):
    """One thing that happened in a sale. `digest` covers the fields and the digest before it.

    `seal` is a keyed hash of the digest: whoever can write into the database but has not the keys of
    the application cannot rebuild a chain. Records from before the first anchor may lack it.
    """

    __tablename__ = "evidence_record"
    __table_args__ = (UniqueConstraint("chain", "position"),)

    id: Mapped[Id]
    chain: Mapped[str]
    position: Mapped[int]
    at: Mapped[datetime]
    kind: Mapped[str]
    actor: Mapped[str]
    content_sha256: Mapped[str | None] = mapped_column(index=True)
    details: Mapped[Any] = mapped_column(Encrypted)
    details_sha256: Mapped[str]
    previous: Mapped[str]
    digest: Mapped[str]
    seal: Mapped[str | None]
    retain_until: Mapped[date]


class EvidenceEnd(Base):
    """Where a chain ends, sealed with our key: records taken off its end are found before any anchor.

    It only ever moves on; a trigger refuses everything else.
    """

    __tablename__ = "evidence_end"

    chain: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    seal: Mapped[str]


class EvidenceAnchor(Base):
    """What stood in all chains on a day: `root` covers the heads of those that grew since the last one.

    `through` is the number of the last record that it covers.
    """

    __tablename__ = "evidence_anchor"

    day: Mapped[date] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    through: Mapped[int] = mapped_column(BigInteger)
    chains: Mapped[int]
    root: Mapped[str]
    previous: Mapped[str]
    digest: Mapped[str]
    seal: Mapped[str]


class EvidenceAnchoredHead(Base):
    """Where one chain stood when the anchor of `day` was made."""

    __tablename__ = "evidence_anchored_head"

    chain: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(index=True)
    digest: Mapped[str]


class EvidenceRemoval(Base):
    """A chain that went after its retention; one that begins anew goes on from here."""

    __tablename__ = "evidence_removal"
    __table_args__ = (UniqueConstraint("chain", "position"),)

    id: Mapped[Id]
    chain: Mapped[str]
    position: Mapped[int]
    digest: Mapped[str]
    retain_until: Mapped[date]
    at: Mapped[datetime]
    actor: Mapped[str]
    seal: Mapped[str]
