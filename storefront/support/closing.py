"""What becomes of questions and complaints when an account is closed."""

from collections.abc import Iterator
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storefront.accounts.models import Customer
from storefront.closing.report import Item, Notice, Part
from storefront.support.models import Ticket


def look(session: Session, customer: Customer, now: datetime) -> Iterator[Item | Notice]:
    """They are kept, because a complaint may go on to the supervisor."""
    waiting = select(Ticket.ref).where(Ticket.customer_id == customer.id, Ticket.state != "closed")
    for ref in session.scalars(waiting):
        yield Notice(_l("Your question or complaint %(ref)s is still answered by mail.", ref=ref))
    count, until = session.execute(
        select(func.count(), func.max(Ticket.retain_until)).where(Ticket.customer_id == customer.id)
    ).one()
    yield Item(
        _l("Questions and complaints"),
        count,
        "kept",
        _l("How they were answered has to be shown to the supervisor for years."),
        "E-03",
        until,
    )


PART = Part(look)
