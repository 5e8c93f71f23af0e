"""Rows of quotes. A quote never holds a name or an identity number."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Numeric
from sqlalchemy.orm import Mapped, mapped_column

from storefront.channel import DIRECT
from storefront.db import Base, Id


class Quote(Base):
    """A set of answers for one product version, with its price once it is complete."""

    __tablename__ = "quote"
    __table_args__ = (
        CheckConstraint("state in ('draft', 'priced', 'applied', 'expired')", name="state"),
        CheckConstraint("state = 'draft' or premium > 0", name="priced"),
    )

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(unique=True)
    product_code: Mapped[str]
    product_version: Mapped[int]
    answers: Mapped[dict[str, Any]]
    persons: Mapped[int]
    premium: Mapped[Decimal | None]
    unrounded: Mapped[Decimal | None] = mapped_column(Numeric)
    lines: Mapped[list[Any]]
    state: Mapped[str]
    channel: Mapped[str] = mapped_column(server_default=DIRECT)
    customer_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("customer.id"))
    created_at: Mapped[datetime] = mapped_column(index=True)
    expires_at: Mapped[datetime]
