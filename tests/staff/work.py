"""Pieces of work for tests."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.db import transaction
from storefront.worklist import service as worklist
from storefront.worklist.models import WorkItem


def make_work(
    session: Session,
    permission: str = "tickets",
    kind: str = "test.work",
    due_at: datetime | None = None,
    barred_id: int | None = None,
) -> int:
    """Something that waits for a person; commits and gives its id."""
    subject = secrets.token_hex(6).upper()
    due_at = due_at or clock.now() + timedelta(days=3)
    with transaction():
        work = worklist.Work(kind, subject, permission, due_at, barred_id=barred_id)
        worklist.open_item(session, work, clock.now())
    return session.scalars(select(WorkItem.id).where(WorkItem.subject == subject)).one()
