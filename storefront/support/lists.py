"""Lists of tickets and the register of complaints, page by page by key, and the register as a file."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from openpyxl import Workbook
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from storefront import clock
from storefront.support.models import Complaint, Ticket

PAGE = 50
REGISTER = (
    "number", "received", "topic", "subject", "stage", "contact_due", "contacted", "decision_due",
    "extensions", "decided", "outcome", "review_asked", "review_due", "reviewed", "review_outcome",
)  # fmt: skip
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; empty means all. `after` is the key of the last row seen."""

    kind: str = ""
    state: str = ""
    topic: str = ""
    after: int | None = None


def page(session: Session, filters: Filters) -> tuple[Sequence[Ticket], int | None]:
    """The newest tickets that fit, and the key of the next page."""
    query = select(Ticket).options(joinedload(Ticket.complaint)).order_by(Ticket.id.desc())
    if filters.kind:
        query = query.where(Ticket.kind == filters.kind)
    if filters.state:
        query = query.where(Ticket.state == filters.state)
    if filters.topic:
        query = query.where(Ticket.topic == filters.topic)
    if filters.after is not None:
        query = query.where(Ticket.id < filters.after)
    found = session.scalars(query.limit(PAGE + 1)).all()
    return found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None


def register(session: Session) -> Iterator[tuple[str, ...]]:
    """Every complaint as a row of text, oldest first, read in small portions."""
    query = (
        select(Complaint)
        .options(joinedload(Complaint.ticket))
        .order_by(Complaint.ticket_id)
        .execution_options(yield_per=500)
    )
    for complaint in session.scalars(query):
        ticket = complaint.ticket
        yield tuple(
            harmless(value)
            for value in (
                ticket.ref,
                _day(complaint.received_at),
                ticket.topic,
                ticket.subject,
                complaint.stage,
                _day(complaint.contact_due),
                _day(complaint.contacted_at),
                _day(complaint.decision_due),
                str(complaint.extensions),
                _day(complaint.decided_at),
                complaint.outcome or "",
                _day(complaint.review_asked_at),
                _day(complaint.review_due),
                _day(complaint.reviewed_at),
                complaint.review_outcome or "",
            )
        )


def as_csv(rows: Iterator[tuple[str, ...]]) -> bytes:
    """The register for spreadsheets: UTF-8 with a byte order mark."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(REGISTER)
    writer.writerows(rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def as_xlsx(rows: Iterator[tuple[str, ...]]) -> bytes:
    """The register as an Excel workbook."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("complaints")
    sheet.append(REGISTER)
    for row in rows:
        sheet.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


def _day(moment: datetime | None) -> str:
    return clock.local_date(moment).isoformat() if moment else ""
