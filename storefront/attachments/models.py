"""Rows of uploaded files. Their bytes lie in the file store, under a folder that nobody can guess."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from storefront.db import Base, Encrypted, Id


class Attachment(Base):
    """One file that belongs to an application, a claim or a ticket.

    `purpose` is the code of the document that it stands for. `size` and `sha256` are those of the file
    as it came; `stored` names what is kept of it (`original`, `picture`, `preview`) in `folder`.
    While it is uploaded, `parts` lists the pieces that are there and `received` their bytes together;
    `mark` tells the same file, chosen again after an interruption, from another one.
    """

    __tablename__ = "attachment"
    __table_args__ = (
        CheckConstraint("state in ('uploading', 'checking', 'ready', 'refused')", name="state"),
        CheckConstraint("received between 0 and size", name="received"),
        CheckConstraint(
            "state <> 'ready' or (sha256 is not null and media_type is not null)",
            name="ready_is_known",
        ),
        CheckConstraint("(state = 'refused') = (fault is not null)", name="refused_has_fault"),
        Index("ix_attachment_owner", "owner_kind", "owner_ref", "id"),
        Index("ix_attachment_sha256", "sha256"),
        Index(
            "ix_attachment_unfinished", "expires_at", postgresql_where="expires_at is not null"
        ),
        Index("ix_attachment_retained", "retain_until", postgresql_where="removed_at is null"),
    )  # fmt: skip

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(unique=True)
    owner_kind: Mapped[str]
    owner_ref: Mapped[str]
    purpose: Mapped[str]
    state: Mapped[str]
    fault: Mapped[str | None]
    file_name: Mapped[Any] = mapped_column(Encrypted)
    media_type: Mapped[str | None]
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str | None]
    width: Mapped[int | None]
    height: Mapped[int | None]
    pages: Mapped[int | None]
    folder: Mapped[str]
    stored: Mapped[dict[str, Any]]
    parts: Mapped[list[Any]]
    received: Mapped[int] = mapped_column(BigInteger)
    mark: Mapped[str | None]
    uploaded_by: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
    retain_until: Mapped[date]
