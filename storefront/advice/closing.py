"""What becomes of assessments of needs when an account is closed or their time is over (N-05)."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from storefront.accounts.models import Customer
from storefront.advice.models import SuitabilityRecord
from storefront.closing.report import Item, Notice, Part
from storefront.closing.sweeps import Sweep

# Applications lie above this layer; the database knows which assessment stands behind one.
BEHIND_AN_APPLICATION = text(
    "exists (select from application a where a.suitability_id = suitability_record.id"
    " and a.submitted_at is not null)"
)
UNATTACHED = text(
    "not exists (select from application a where a.suitability_id = suitability_record.id)"
)


def look(session: Session, customer: Customer, now: datetime) -> Iterator[Item | Notice]:
    """Those behind a submitted application are kept with it."""
    own = SuitabilityRecord.customer_id == customer.id
    total, kept, until = session.execute(
        select(
            func.count(),
            func.count().filter(BEHIND_AN_APPLICATION),
            func.max(SuitabilityRecord.retain_until).filter(BEHIND_AN_APPLICATION),
        )
        .select_from(SuitabilityRecord)
        .where(own)
    ).one()
    yield Item(_l("Assessments of needs and means"), total - kept, "deleted")
    yield Item(
        _l("Assessments of needs and means behind an application"),
        kept,
        "kept",
        _l("They are kept for five years after the contract."),
        "N-05",
        until,
    )


def act(session: Session, customer: Customer, now: datetime) -> None:
    """Deletes those behind nothing; applications are wiped before."""
    session.flush()
    session.execute(
        delete(SuitabilityRecord)
        .where(SuitabilityRecord.customer_id == customer.id, UNATTACHED)
        .execution_options(synchronize_session=False)
    )


def due(session: Session, now: datetime, today: date) -> int:
    """How many have been kept long enough."""
    over = select(func.count()).select_from(SuitabilityRecord)
    return session.scalar(over.where(SuitabilityRecord.retain_until < today, UNATTACHED)) or 0


def sweep(session: Session, now: datetime, today: date) -> int:
    """Deletes them."""
    session.flush()
    done: Any = session.execute(
        delete(SuitabilityRecord)
        .where(SuitabilityRecord.retain_until < today, UNATTACHED)
        .execution_options(synchronize_session=False)
    )
    return int(done.rowcount)


PART = Part(look, act)
SWEEP = Sweep("assessments of needs", due, sweep)
