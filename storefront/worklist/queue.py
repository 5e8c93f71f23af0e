"""What the home page shows: one's own work, what may be taken, and how much everybody has.

Lists are in the order of their deadlines, so that what is overdue comes first, and are read page by
page from a key: no question grows with the rows that exist.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, tuple_, union_all
from sqlalchemy.orm import Session

from storefront.access import Member
from storefront.worklist.models import WorkItem

PAGE = 50


@dataclass(frozen=True)
class Page:
    """Some rows, and the key of the last one where more follow."""

    items: Sequence[WorkItem]
    after: str | None


@dataclass(frozen=True)
class Count:
    """How much there is of something: a kind of work, or the work of somebody."""

    open: int
    overdue: int
    unread: int
    oldest_due: datetime | None


def of_member(
    session: Session, member_id: int, after: str | None = None, limit: int = PAGE
) -> Page:
    """What somebody has taken."""
    chosen = select(WorkItem).where(_open(), WorkItem.assignee_id == member_id)
    return _page(session, chosen, after, limit)


def waiting_for(
    session: Session, member: Member, kind: str = "", after: str | None = None, limit: int = PAGE,
    *, own: bool = False,
) -> Page:  # fmt: skip
    """What nobody has taken and this member may take; with `own` also what the member has.

    The few first of each permission are looked up by index and then put in one order; to look
    through everything that waits would take longer the more there is.
    """
    wanted: list[tuple[ColumnElement[bool], ...]] = [
        (WorkItem.permission == permission, _free(), _not_barred(member))
        for permission in sorted(member.permissions)
    ]
    if own:
        wanted.append((WorkItem.assignee_id == member.id, _open()))
    parts = []
    for conditions in wanted:
        part = select(WorkItem.id).where(*conditions, *_kind(kind))
        part = _from_key(part, after).order_by(WorkItem.due_at, WorkItem.id).limit(limit + 1)
        parts.append(select(part.subquery()))
    chosen = select(WorkItem).where(WorkItem.id.in_(union_all(*parts)))
    return _page(session, chosen, after, limit)


def unassigned(session: Session, after: str | None = None, limit: int = PAGE) -> Page:
    """What nobody has taken, whoever may."""
    return _page(session, select(WorkItem).where(_free()), after, limit)


def counts_of_kinds(session: Session, member: Member, now: datetime) -> dict[str, Count]:
    """For every kind of which something is open: what this member has or may take."""
    mine_or_free = or_(
        WorkItem.assignee_id == member.id,
        and_(
            WorkItem.assignee_id.is_(None),
            WorkItem.permission.in_(member.permissions),
            _not_barred(member),
        ),
    )
    rows = session.execute(
        select(WorkItem.kind, *_figures(now))
        .where(_open(), mine_or_free)
        .group_by(WorkItem.kind)
        .order_by(WorkItem.kind)
    )
    return {kind: Count(*figures) for kind, *figures in rows}


def load(session: Session, now: datetime) -> dict[int | None, Count]:
    """How much every member has; under None what nobody has taken."""
    rows = session.execute(
        select(WorkItem.assignee_id, *_figures(now)).where(_open()).group_by(WorkItem.assignee_id)
    )
    return {member_id: Count(*figures) for member_id, *figures in rows}


def able(item: WorkItem, members: Iterable[Member]) -> list[Member]:
    """Who may be given a piece of work."""
    return [
        member
        for member in members
        if item.permission in member.permissions
        and member.id not in (item.barred_id, item.assignee_id)
    ]


def _figures(now: datetime) -> tuple[ColumnElement[Any], ...]:
    return (
        func.count(),
        func.count().filter(WorkItem.due_at <= now),
        func.count().filter(WorkItem.unread),
        func.min(WorkItem.due_at),
    )


def _page(session: Session, chosen: Select[WorkItem], after: str | None, limit: int) -> Page:
    ordered = _from_key(chosen, after).order_by(WorkItem.due_at, WorkItem.id).limit(limit + 1)
    items = session.scalars(ordered).all()
    last = items[limit - 1] if len(items) > limit else None
    return Page(items[:limit], _key(last) if last else None)


def _from_key(chosen: Select, after: str | None) -> Select:
    key = _parsed(after)
    if key is None:
        return chosen
    return chosen.where(tuple_(WorkItem.due_at, WorkItem.id) > key)


def _key(item: WorkItem) -> str:
    return f"{item.due_at.isoformat()}~{item.id}"


def _parsed(after: str | None) -> tuple[datetime, int] | None:
    """A key of an address; one that somebody made up leads to the first page."""
    moment, _, number = (after or "").partition("~")
    try:
        return datetime.fromisoformat(moment), int(number)
    except ValueError:
        return None


def _open() -> ColumnElement[bool]:
    return WorkItem.closed_at.is_(None)


def _free() -> ColumnElement[bool]:
    return and_(_open(), WorkItem.assignee_id.is_(None))


def _not_barred(member: Member) -> ColumnElement[bool]:
    return WorkItem.barred_id.is_distinct_from(member.id)


def _kind(kind: str) -> tuple[ColumnElement[bool], ...]:
    return (WorkItem.kind == kind,) if kind else ()
