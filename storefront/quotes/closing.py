"""What becomes of quotes when an account is closed or their time is over."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.orm import Session

from storefront.accounts.models import Customer
from storefront.closing.report import Item, Notice, Part
from storefront.closing.sweeps import Sweep
from storefront.evidence.models import EvidenceRecord
from storefront.quotes.journal import RETAIN_QUOTE
from storefront.quotes.models import Quote


def look(session: Session, customer: Customer, now: datetime) -> Iterator[Item | Notice]:
    """Quotes hold no names (decision 4): without the account nobody knows whose they were."""
    found = select(func.count()).select_from(Quote).where(Quote.customer_id == customer.id)
    yield Item(_l("Quotes"), session.scalar(found) or 0, "anonymised")


def act(session: Session, customer: Customer, now: datetime) -> None:
    """Takes the customer out of the quotes."""
    session.execute(update(Quote).where(Quote.customer_id == customer.id).values(customer_id=None))


def due(session: Session, now: datetime, today: date) -> int:
    """How many quotes nobody has to keep any longer."""
    return session.scalar(select(func.count()).select_from(Quote).where(*_over(now))) or 0


def sweep(session: Session, now: datetime, today: date) -> int:
    """Deletes them."""
    done: Any = session.execute(delete(Quote).where(*_over(now)))
    return int(done.rowcount)


def _over(now: datetime) -> tuple[Any, ...]:
    # An application keeps its quote: the foreign key would refuse, and the record of the sale names it.
    return (
        Quote.state != "applied",
        Quote.created_at < now - RETAIN_QUOTE,
        ~exists().where(EvidenceRecord.chain == Quote.ref, EvidenceRecord.retain_until >= now.date()),
    )  # fmt: skip


PART = Part(look, act)
SWEEP = Sweep("quotes", due, sweep)
