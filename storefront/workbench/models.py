"""Rows of uploaded product versions that are not on sale yet."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storefront.db import Base, Id
from storefront.staff.models import StaffMember


class ProductDraft(Base):
    """A version that passed the check. A trigger keeps its content: what is approved is published.

    `base_version` is the latest published version it was compared with. Who uploaded it never
    approves it, and what needs approval is not published without. One is open for a product.
    """

    __tablename__ = "product_draft"
    __table_args__ = (
        CheckConstraint("approved_by_id <> uploaded_by_id", name="two_people"),
        CheckConstraint("(approved_by_id is null) = (approved_at is null)", name="approved"),
        CheckConstraint(
            "published_at is null or not needs_approval or approved_by_id is not null",
            name="published",
        ),
        CheckConstraint("published_at is null or discarded_at is null", name="one_end"),
        Index(
            "uq_product_draft_open", "code", unique=True,
            postgresql_where="published_at is null and discarded_at is null",
        ),
    )  # fmt: skip

    id: Mapped[Id]
    code: Mapped[str]
    version: Mapped[int]
    base_version: Mapped[int | None]
    bundle: Mapped[dict[str, Any]]
    content_hash: Mapped[str]
    needs_approval: Mapped[bool]
    uploaded_by_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("staff_member.id"))
    uploaded_at: Mapped[datetime]
    approved_by_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff_member.id"))
    approved_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    discarded_at: Mapped[datetime | None]

    uploaded_by: Mapped[StaffMember] = relationship(foreign_keys=[uploaded_by_id])
    approved_by: Mapped[StaffMember | None] = relationship(foreign_keys=[approved_by_id])

    @property
    def is_open(self) -> bool:
        return self.published_at is None and self.discarded_at is None
