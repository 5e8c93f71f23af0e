"""Finds entries of the audit, newest first, page by page from a key."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select, text
from sqlalchemy.orm import Session, defer

from storefront import clock
from storefront.audit.models import AuditEntry
from storefront.errors import NotFound

PAGE = 50


@dataclass(frozen=True)
class Filters:
    """What is looked for; None and empty mean any. Days are those of China, both included."""

    member_id: int | None = None
    action: str = ""
    subject: str = ""
    first_day: date | None = None
    last_day: date | None = None


def find(
    session: Session, filters: Filters, before_id: int | None = None
) -> tuple[Sequence[AuditEntry], int | None]:
    """A page of entries without what changed, and the key of the next page where there is one."""
    conditions = []
    if filters.member_id is not None:
        conditions.append(AuditEntry.member_id == filters.member_id)
    if filters.action:
        conditions.append(AuditEntry.action == filters.action)
    if filters.subject:
        conditions.append(AuditEntry.subject == filters.subject)
    if filters.first_day:
        conditions.append(AuditEntry.at >= clock.local_midnight(filters.first_day))
    if filters.last_day:
        end = clock.local_midnight(filters.last_day + timedelta(days=1))
        conditions.append(AuditEntry.at < end)
    if before_id is not None:
        conditions.append(AuditEntry.id < before_id)
    found = session.scalars(
        select(AuditEntry)
        .where(*conditions)
        .options(defer(AuditEntry.before), defer(AuditEntry.after))
        .order_by(AuditEntry.id.desc())
        .limit(PAGE + 1)
    ).all()
    return found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None


def get(session: Session, entry_id: int) -> AuditEntry:
    """One entry. Raises NotFound."""
    entry = session.get(AuditEntry, entry_id)
    if entry is None:
        raise NotFound
    return entry


def actions(session: Session) -> list[str]:
    """Every action that occurs, each found by one step in the index, however many entries there are."""
    rows = session.scalars(
        text(
            "with recursive step as ("
            " (select action from audit_entry order by action limit 1) union all"
            " select (select a.action from audit_entry a where a.action > step.action"
            " order by a.action limit 1) from step where step.action is not null)"
            " select action from step where action is not null"
        )
    )
    return list(rows)
