"""Rows of exposures: what one insured person is insured for by one application or its policy."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from storefront.db import Base, Id

COUNTS = text("state <> 'released'")


class Exposure(Base):
    """An amount in yuan that counts against the limits of one person while it is not released.

    The person is known by the keyed hash of its identity number only. `kind` says which limit it counts
    against: `death`, or `<product>:<cover>`. It is `reserved` when the application is submitted,
    `in_force` once the policy has begun; `begins_at` and `ends_at` are those of the cover.
    """

    __tablename__ = "exposure"
    __table_args__ = (
        CheckConstraint("state in ('reserved', 'in_force', 'released')", name="state"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("ends_at > begins_at", name="period"),
        CheckConstraint("(state = 'released') = (released_at is not null)", name="released"),
        Index("ix_exposure_person", "person_hash", "kind", postgresql_where=COUNTS),
        Index(
            "uq_exposure_application",
            "application_id",
            "person_hash",
            "kind",
            unique=True,
            postgresql_where=COUNTS,
        ),
    )

    id: Mapped[Id]
    person_hash: Mapped[str]
    kind: Mapped[str]
    application_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("application.id"))
    amount: Mapped[Decimal]
    begins_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    state: Mapped[str]
    created_at: Mapped[datetime]
    released_at: Mapped[datetime | None]
