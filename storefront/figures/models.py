"""Rows of counted visits, of daily sums, and of who gets the daily report. None holds personal data."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storefront.db import Base


class VisitCount(Base):
    """How often the page of a product was opened on a day, machines left out."""

    __tablename__ = "visit_count"

    day: Mapped[date] = mapped_column(primary_key=True)
    product: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    hits: Mapped[int] = mapped_column(BigInteger)


class DailyFigure(Base):
    """How many of a kind on a day, and what they came to in yuan; made anew from the rows themselves."""

    __tablename__ = "daily_figure"

    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    insurer: Mapped[str] = mapped_column(primary_key=True)
    line: Mapped[str] = mapped_column(primary_key=True)
    product: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger)
    amount: Mapped[Decimal]


class DailyTotal(Base):
    """The daily sums of a kind over all products and channels, so that a year is read at once."""

    __tablename__ = "daily_total"

    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger)
    amount: Mapped[Decimal]


class StandingFigure(Base):
    """What stands open now: claims by stage and age (`assessment/week`), reserve by line."""

    __tablename__ = "standing_figure"

    kind: Mapped[str] = mapped_column(primary_key=True)
    label: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger)
    amount: Mapped[Decimal]
    at: Mapped[datetime]


class ReportSubscription(Base):
    """A member of staff who gets the sales report every morning."""

    __tablename__ = "report_subscription"

    member_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("staff_member.id"), primary_key=True
    )
    since: Mapped[datetime]
