"""Deadlines that come near or have passed: work for a person, or an advance that is due by law."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.claims import clocks
from storefront.claims.models import Claim, ClaimClock
from storefront.claims.service import access, paying, timeline

AT_ONCE = 200


def open_work(session: Session, now: datetime) -> int:
    """Opens a piece of work for each clock that is close to its end; gives how many there are.

    Opening again changes nothing. An advance that is due is paid where an amount is sure (C-04).
    """
    longest = max(row.lead for row in clocks.deadlines())
    near = session.scalars(
        select(ClaimClock)
        .where(ClaimClock.met_at.is_(None), ClaimClock.due_at <= now + timedelta(days=longest + 1))
        .order_by(ClaimClock.due_at, ClaimClock.id)
        .limit(AT_ONCE)
    ).all()
    opened = 0
    for row in near:
        rule = next(item for item in clocks.deadlines() if item.kind == row.kind)
        if row.due_at > now + timedelta(days=rule.lead + 1):
            continue
        claim = access.lock_row(session, row.claim_id)
        opened += 1
        if row.kind == "advance" and row.due_at <= now and _paid_ahead(session, claim, now):
            continue
        timeline.ask_staff(session, claim, rule.work, row.due_at, now)
    return opened


def _paid_ahead(session: Session, claim: Claim, now: datetime) -> bool:
    return claim.stage == "assessment" and paying.advance(session, claim, now) is not None
