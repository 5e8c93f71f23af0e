"""The daily sales report: a workbook summed by insurer, line, product and day, and a mail with it."""

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from operator import attrgetter

from flask_babel import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Font
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import mail
from storefront.figures.models import DailyFigure, ReportSubscription
from storefront.roles import permissions_of
from storefront.staff.models import StaffMember

LANGUAGE = "zh"  # of the mail and the workbook in it: the agency's own
LEVELS = ("insurer", "line", "product", "day")
Words = Mapping[str, Mapping[str, str]]
"""What the codes of a level are called, in the reader's language; a code without a word stays as it is."""
Line = tuple[int, tuple[str, ...], int, Decimal]


def lines(figures: Sequence[DailyFigure]) -> list[Line]:
    """(level, keys, policies, premium) from the whole (level 0) down to single days (level 4).

    `figures` are sorted by insurer, line, product and day.
    """
    return [(0, (), *_sum(figures)), *_below(figures, ())]


def workbook(figures: Sequence[DailyFigure], words: Words, first: date, last: date) -> bytes:
    """The report as XLSX, in the present language; levels below the insurer can be folded away."""
    book = Workbook()
    sheet = book.active
    sheet.title = f"{first} - {last}"[:31]
    sheet.append(
        [_("Insurer"), _("Line of insurance"), _("Product"), _("Day"), _("Policies"), _("Premium (yuan)")]
    )  # fmt: skip
    for level, keys, policies, premium in lines(figures):
        named = [words.get(name, {}).get(key, key) for name, key in zip(LEVELS, keys, strict=False)]
        cells = [*named, *[""] * (len(LEVELS) - len(keys))]
        sheet.append([cells[0] or _("Total"), *cells[1:], policies, premium])
        sheet.row_dimensions[sheet.max_row].outlineLevel = max(level - 1, 0)
        if level < len(LEVELS):
            for cell in sheet[sheet.max_row]:
                cell.font = Font(bold=True)
    for column in "ABCDEF":
        sheet.column_dimensions[column].width = 22
    sheet.freeze_panes = "A2"
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def subscribe(session: Session, member_id: int, now: datetime) -> None:
    """A member wants the report every morning; wanting it twice changes nothing."""
    if session.get(ReportSubscription, member_id) is None:
        session.add(ReportSubscription(member_id=member_id, since=now))


def unsubscribe(session: Session, member_id: int) -> None:
    """A member does not want it any more."""
    row = session.get(ReportSubscription, member_id)
    if row is not None:
        session.delete(row)


def is_subscribed(session: Session, member_id: int) -> bool:
    """Whether a member gets it."""
    return session.get(ReportSubscription, member_id) is not None


def subscribers(session: Session) -> list[StaffMember]:
    """Who gets it: who asked for it, still works here and still may see the figures."""
    members = session.scalars(
        select(StaffMember)
        .join(ReportSubscription, ReportSubscription.member_id == StaffMember.id)
        .where(StaffMember.left_at.is_(None))
    )
    return [row for row in members if "dashboard" in permissions_of(row.roles)]


def send(session: Session, day: date, file: str, now: datetime) -> None:
    """Queues the mail of a day for everybody who gets it, once; `file` is the workbook's hash."""
    for member in subscribers(session):
        letter = mail.Letter(
            f"report:{day}:{member.id}",
            member.email,
            "sales_report",
            LANGUAGE,
            {"day": day.isoformat()},
            ((f"sales-{day}.xlsx", file),),
        )
        mail.queue(session, letter, now)


def _below(figures: Sequence[DailyFigure], keys: tuple[str, ...]) -> Iterator[Line]:
    if len(keys) == len(LEVELS):
        return
    for value, group in groupby(figures, attrgetter(LEVELS[len(keys)])):
        members = list(group)
        here = (*keys, str(value))
        yield len(here), here, *_sum(members)
        yield from _below(members, here)


def _sum(figures: Sequence[DailyFigure]) -> tuple[int, Decimal]:
    return sum(row.count for row in figures), sum((row.amount for row in figures), Decimal(0))
