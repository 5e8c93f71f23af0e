"""Deadlines that come near or have passed: work for a person, or an advance that is due by law."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.claims import clocks
from storefront.claims.models import Claim, ClaimClock
from storefront.claims.service import access, paying, timeline


def near(session: Session, now: datetime) -> list[int]:
    """The clocks that are close to their end or past it, oldest deadline first."""
    longest = max(row.lead for row in clocks.deadlines())
    found = session.scalars(
        select(ClaimClock)
        .where(ClaimClock.met_at.is_(None), ClaimClock.due_at <= now + timedelta(days=longest + 1))
        .order_by(ClaimClock.due_at, ClaimClock.id)
    )
    return [row.id for row in found if row.due_at <= now + timedelta(days=_rule(row).lead + 1)]


def open_work(session: Session, clock_id: int, now: datetime) -> None:
    """Opens the piece of work of a clock that runs; opening again changes nothing.

    An advance that is due is paid where an amount is sure (C-04).
    """
    row = session.get_one(ClaimClock, clock_id)
    claim = access.lock_row(session, row.claim_id)
    session.refresh(row)
    if row.met_at is not None:
        return
    if row.kind == "advance" and row.due_at <= now and _paid_ahead(session, claim, now):
        return
    timeline.ask_staff(session, claim, _rule(row).work, row.due_at, now)


def _rule(row: ClaimClock) -> clocks.Deadline:
    return next(item for item in clocks.deadlines() if item.kind == row.kind)


def _paid_ahead(session: Session, claim: Claim, now: datetime) -> bool:
    return claim.stage == "assessment" and paying.advance(session, claim, now) is not None
