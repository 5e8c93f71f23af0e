"""Rows of assessments. None holds a name; the reference is all that leads to one."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storefront.db import Base, Encrypted, Id


class SuitabilityRecord(Base):
    """One assessment: what was answered, what was found, by which version of the rules (N-01, N-05).

    `short` marks one made inside an application, which asks fewer questions.
    """

    __tablename__ = "suitability_record"

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(unique=True)
    customer_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("customer.id"), index=True
    )
    short: Mapped[bool]
    answers: Mapped[Any] = mapped_column(Encrypted)
    result: Mapped[Any] = mapped_column(Encrypted)
    rules_version: Mapped[str]
    created_at: Mapped[datetime]
    retain_until: Mapped[date]
