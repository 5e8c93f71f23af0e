"""What becomes of questions and complaints when an account is closed."""

from collections.abc import Iterator
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.accounts.models import Customer
from storefront.closing.report import Item, Notice, Part
from storefront.support.models import Ticket


def look(session: Session, customer: Customer, now: datetime) -> Iterator[Item | Notice]:
    """They are kept, because a complaint may go on to the supervisor."""
    rows = session.execute(
        select(Ticket.ref, Ticket.state, Ticket.retain_until)
        .where(Ticket.customer_id == customer.id)
        .order_by(Ticket.id)
    ).all()
    for row in rows:
        if row.state != "closed":
            yield Notice(
                _l("Your question or complaint %(ref)s is still answered by mail.", ref=row.ref)
            )
    yield Item(
        _l("Questions and complaints"),
        len(rows),
        "kept",
        _l("How they were answered has to be shown to the supervisor for years."),
        "E-03",
        max((row.retain_until for row in rows), default=None),
    )


PART = Part(look)
