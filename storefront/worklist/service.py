"""Opens, takes, hands back and closes pieces of work."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from storefront.access import Member
from storefront.audit import service as audit
from storefront.errors import Conflict, Forbidden, NotFound
from storefront.worklist.models import WorkItem

URGENT, NORMAL, LATER = 1, 2, 3


@dataclass(frozen=True)
class Work:
    """What waits: see `WorkItem` for the fields."""

    kind: str
    subject: str
    permission: str
    due_at: datetime
    priority: int = NORMAL
    barred_id: int | None = None


class TakenAlready(Conflict):
    """Somebody else took the piece of work first."""


def open_item(session: Session, work: Work, now: datetime) -> None:
    """Opens a piece of work; where one of its kind is open for the subject, nothing happens."""
    session.execute(
        insert(WorkItem)
        .values(
            kind=work.kind,
            subject=work.subject,
            permission=work.permission,
            priority=work.priority,
            opened_at=now,
            due_at=work.due_at,
            barred_id=work.barred_id,
            unread=False,
        )
        .on_conflict_do_nothing()
    )


def close_item(
    session: Session, kind: str, subject: str, member_id: int | None, now: datetime
) -> None:
    """Closes the open piece of work of a kind, where there is one."""
    item = find_open(session, kind, subject)
    if item is not None:
        item.closed_at = now
        item.closed_by_id = member_id


def find_open(session: Session, kind: str, subject: str) -> WorkItem | None:
    """The open piece of work of a kind about a subject, locked."""
    return session.scalar(
        select(WorkItem)
        .where(WorkItem.kind == kind, WorkItem.subject == subject, WorkItem.closed_at.is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def open_of_kind(session: Session, kind: str) -> Sequence[WorkItem]:
    """The open pieces of work of a kind, oldest first."""
    found = select(WorkItem).where(WorkItem.kind == kind, WorkItem.closed_at.is_(None))
    return session.scalars(found.order_by(WorkItem.id)).all()


def take(session: Session, item_id: int, member: Member, now: datetime) -> WorkItem:
    """Gives the piece of work to a member; taking one's own again changes nothing.

    Raises:
        NotFound: where it is closed, or was never there.
        Forbidden: where the member lacks its permission, or must not be the one.
        TakenAlready: where somebody else has it.
    """
    item = _lock(session, item_id)
    if item.permission not in member.permissions or item.barred_id == member.id:
        raise Forbidden
    if item.assignee_id not in (None, member.id):
        raise TakenAlready
    if item.assignee_id is None:
        item.assignee_id, item.taken_at = member.id, now
        _record(session, item, "work.take", member, now)
    item.unread = False
    return item


def give_back(session: Session, item_id: int, member: Member, now: datetime) -> WorkItem:
    """Puts one's own piece of work back into the queue. Raises NotFound or Forbidden."""
    item = _lock(session, item_id)
    if item.assignee_id != member.id:
        raise Forbidden
    item.assignee_id = item.taken_at = None
    _record(session, item, "work.give-back", member, now)
    return item


def hand_over(session: Session, item_id: int, to: Member | None, now: datetime) -> WorkItem:
    """Gives the piece of work to another member, or back to the queue. Raises as `take` does."""
    item = _lock(session, item_id)
    if to is not None and (item.permission not in to.permissions or item.barred_id == to.id):
        raise Forbidden
    item.assignee_id, item.taken_at = (to.id, now) if to else (None, None)
    return item


def hand_on_all(session: Session, from_id: int, to: Member | None, now: datetime) -> int:
    """Hands all of somebody's work on; what `to` may not do goes back to the queue. Gives how much."""
    mine = session.scalars(
        select(WorkItem)
        .where(WorkItem.assignee_id == from_id, WorkItem.closed_at.is_(None))
        .order_by(WorkItem.id)
        .with_for_update()
    ).all()
    for item in mine:
        able = to is not None and item.permission in to.permissions and item.barred_id != to.id
        item.assignee_id, item.taken_at = (to.id, now) if to and able else (None, None)
    return len(mine)


def note_unread(session: Session, kind: str, subject: str) -> None:
    """Marks the open piece of work: something came in that its member has not read."""
    item = find_open(session, kind, subject)
    if item is not None:
        item.unread = True


def note_read(session: Session, kind: str, subject: str) -> None:
    """Takes that mark away: it was read, because it was answered."""
    item = find_open(session, kind, subject)
    if item is not None:
        item.unread = False


def _record(session: Session, item: WorkItem, action: str, member: Member, now: datetime) -> None:
    nobody: dict[str, int | None] = {"assignee": None}
    mine: dict[str, int | None] = {"assignee": member.id}
    before, after = (mine, nobody) if action == "work.give-back" else (nobody, mine)
    deed = audit.Deed(action, item.kind, item.subject, before=before, after=after)
    audit.record(session, member.id, deed, now)


def _lock(session: Session, item_id: int) -> WorkItem:
    item = session.get(WorkItem, item_id, with_for_update=True, populate_existing=True)
    if item is None or item.closed_at is not None:
        raise NotFound
    return item
