"""Rows of insurers, the agreements with them, and published product versions."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storefront.db import Base, Id


class Insurer(Base):
    """An insurer whose policies the agency sells. `details` holds names and contacts."""

    __tablename__ = "insurer"

    code: Mapped[str] = mapped_column(primary_key=True)
    details: Mapped[dict[str, Any]]


class InsurerAgreement(Base):
    """The agency agreement with an insurer: which lines it covers and from when to when (P-07)."""

    __tablename__ = "insurer_agreement"
    __table_args__ = (UniqueConstraint("insurer_code", "signed_on"),)

    id: Mapped[Id]
    insurer_code: Mapped[str] = mapped_column(ForeignKey("insurer.code"))
    lines: Mapped[list[Any]]
    signed_on: Mapped[date]
    valid_from: Mapped[date]
    valid_to: Mapped[date]


class ProductVersion(Base):
    """One published version of a product; a trigger keeps `bundle` immutable."""

    __tablename__ = "product_version"
    __table_args__ = (UniqueConstraint("code", "version"),)

    id: Mapped[Id]
    code: Mapped[str]
    version: Mapped[int]
    insurer_code: Mapped[str] = mapped_column(ForeignKey("insurer.code"))
    line: Mapped[str]
    bundle: Mapped[dict[str, Any]]
    content_hash: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    published_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
