"""Lists of tickets and of complaints, page by page by key."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from storefront.support.models import Ticket

PAGE = 50
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


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text
