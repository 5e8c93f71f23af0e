"""The pieces of work that an application makes for the underwriters."""

from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy.orm import Session

from storefront import clock
from storefront.applications.decisions import prices
from storefront.applications.draft import Draft
from storefront.applications.limits import OVER_LIMIT
from storefront.applications.models import Application
from storefront.worklist import service as worklist
from storefront.worklist.service import NORMAL, URGENT, Work

REFERRAL = "underwriting.referral"
APPEAL = "underwriting.appeal"
QUEUED = (REFERRAL, APPEAL, OVER_LIMIT)
"""What the underwriters' queue shows; only the first two wait for a decision."""
PERMISSION = "underwriting"


def open_referral(session: Session, draft: Draft) -> None:
    """An underwriter has to decide."""
    days = int(current_app.extensions["settings"].underwriting_referral_days)
    work = Work(
        kind=REFERRAL,
        subject=draft.application.ref,
        permission=PERMISSION,
        due_at=_end_of_working_day(draft.now, days),
        priority=_priority(draft),
    )
    worklist.open_item(session, work, draft.now)


def open_appeal(
    session: Session, application: Application, barred_id: int | None, now: datetime
) -> None:
    """Another underwriter than the one who decided has to look again."""
    days = int(current_app.extensions["settings"].underwriting_appeal_days)
    due_at = _end_of_working_day(now, days)
    work = Work(APPEAL, application.ref, PERMISSION, due_at, NORMAL, barred_id)
    worklist.open_item(session, work, now)


def close_all(
    session: Session, application: Application, member_id: int | None, now: datetime
) -> None:
    """Nothing waits for an underwriter any more."""
    for kind in QUEUED:
        worklist.close_item(session, kind, application.ref, member_id, now)


def _priority(draft: Draft) -> int:
    """Large sums insured come first; from which amount on stands in the configuration."""
    large = int(current_app.extensions["settings"].underwriting_urgent_sum_yuan)
    return URGENT if prices.largest_sum(draft) >= large else NORMAL


def _end_of_working_day(now: datetime, days: int) -> datetime:
    day = clock.add_working_days(clock.local_date(now), days)
    return clock.local_midnight(day + timedelta(days=1)) - timedelta(seconds=1)
