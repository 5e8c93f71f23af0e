"""The underwriters' queue: what waits, the most urgent first, and who has it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, text, tuple_
from sqlalchemy.orm import Session

from storefront.applications.decisions import work
from storefront.applications.models import Application
from storefront.catalog import service as catalog
from storefront.catalog.definition import Text
from storefront.worklist.models import WorkItem

PAGE = 50


@dataclass(frozen=True)
class Row:
    """A piece of work with its application; `assignee` is a name, empty where nobody has it."""

    item: WorkItem
    application: Application
    product: Text
    assignee: str


def waiting(session: Session, member_id: int | None, after: int | None) -> list[Row]:
    """A page of the queue in the order of priority and due time; one member's own with `member_id`."""
    order = (WorkItem.priority, WorkItem.due_at, WorkItem.id)
    found = (
        select(WorkItem, Application)
        .join(Application, Application.ref == WorkItem.subject)
        .where(WorkItem.kind.in_(work.QUEUED), WorkItem.closed_at.is_(None))
        .order_by(*order)
        .limit(PAGE)
    )
    if member_id is not None:
        found = found.where(WorkItem.assignee_id == member_id)
    last = session.get(WorkItem, after) if after else None
    if last is not None:
        found = found.where(tuple_(*order) > (last.priority, last.due_at, last.id))
    rows = session.execute(found).all()
    names = names_of(session, [item.assignee_id for item, _application in rows])
    return [
        Row(item, one, product_name(session, one), names.get(item.assignee_id or 0, ""))
        for item, one in rows
    ]


def product_name(session: Session, application: Application) -> Text:
    """What the product that was applied for is called, in both languages."""
    bundle = catalog.get(session, application.product_code, application.product_version)
    return bundle.definition.marketing_name


def item_of(session: Session, application: Application) -> WorkItem | None:
    """The open piece of work about an application."""
    return session.scalar(
        select(WorkItem).where(
            WorkItem.kind.in_(work.QUEUED),
            WorkItem.subject == application.ref,
            WorkItem.closed_at.is_(None),
        )
    )


def names_of(session: Session, member_ids: Sequence[int | None]) -> dict[int, str]:
    """Names of members of staff; their table belongs to a layer above."""
    known = sorted({number for number in member_ids if number is not None})
    rows = session.execute(
        text("select id, name from staff_member where id = any(:ids)"), {"ids": known}
    )
    return {row.id: row.name for row in rows}
