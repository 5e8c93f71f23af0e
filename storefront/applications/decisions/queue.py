"""The underwriters' queue: what waits, the most urgent first, and who has it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from storefront.applications.decisions import work
from storefront.applications.models import Application
from storefront.catalog import service as catalog
from storefront.catalog.definition import Text
from storefront.worklist.models import MEMBER, WorkItem

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
        select(WorkItem, Application, MEMBER.c.name)
        .join(Application, Application.ref == WorkItem.subject)
        .outerjoin(MEMBER, MEMBER.c.id == WorkItem.assignee_id)
        .where(
            WorkItem.permission == work.PERMISSION,
            WorkItem.kind.in_(work.QUEUED),
            WorkItem.closed_at.is_(None),
        )
        .order_by(*order)
        .limit(PAGE)
    )
    if member_id is not None:
        found = found.where(WorkItem.assignee_id == member_id)
    last = session.get(WorkItem, after) if after else None
    if last is not None:
        found = found.where(tuple_(*order) > (last.priority, last.due_at, last.id))
    rows = session.execute(found).all()
    products = product_names(session, [one for _item, one, _name in rows])
    return [Row(item, one, products[one.id], name or "") for item, one, name in rows]


def product_names(session: Session, applications: Sequence[Application]) -> dict[int, Text]:
    """What the products that were applied for are called, by application."""
    versions = {one.id: (one.product_code, one.product_version) for one in applications}
    names = catalog.names(session, versions.values())
    return {application_id: names[version] for application_id, version in versions.items()}


def item_of(session: Session, application: Application) -> WorkItem | None:
    """What has to be decided about an application."""
    return open_work(session, application).item


@dataclass(frozen=True)
class OpenWork:
    """What is open about an application, with the name of who has it; a limit to look at."""

    item: WorkItem | None = None
    holder: str = ""
    over_limit: WorkItem | None = None


def open_work(session: Session, application: Application) -> OpenWork:
    """Everything that waits for an underwriter about an application; what has to be decided goes first."""
    rows = session.execute(
        select(WorkItem, MEMBER.c.name)
        .outerjoin(MEMBER, MEMBER.c.id == WorkItem.assignee_id)
        .where(
            WorkItem.kind.in_(work.QUEUED),
            WorkItem.subject == application.ref,
            WorkItem.closed_at.is_(None),
        )
    ).all()
    found = {item.kind: (item, name or "") for item, name in rows}
    over = found.pop(work.OVER_LIMIT, (None, ""))
    item, holder = next(iter(found.values()), over)
    return OpenWork(item, holder, over[0])


def names_of(session: Session, member_ids: Sequence[int | None]) -> dict[int, str]:
    """Names of members of staff; their table belongs to a layer above."""
    known = sorted({number for number in member_ids if number is not None})
    rows = session.execute(select(MEMBER).where(MEMBER.c.id.in_(known)))
    return {row.id: row.name for row in rows}
