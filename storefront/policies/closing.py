"""What becomes of policies when an account is closed: the contract goes on, only the account does not."""

from collections.abc import Iterator
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.accounts.models import Customer
from storefront.closing.report import Item, Notice, Part
from storefront.policies.models import Policy


def look(session: Session, customer: Customer, now: datetime) -> Iterator[Item | Notice]:
    """A policy that is being issued has to arrive first; one in force goes on without the account."""
    rows = session.scalars(select(Policy).where(Policy.customer_id == customer.id)).all()
    for row in rows:
        if row.state == "issuing" or (row.state == "in_force" and row.delivered_at is None):
            yield Notice(
                _l("A policy that you paid for is on its way; please wait until it has arrived."),
                blocks=True,
            )
        elif row.state == "in_force" and row.end_at > now:
            yield Notice(
                _l(
                    "Policy %(number)s stays in force. Please keep its document: you will no longer see it here, and claims are then reported by telephone.",
                    number=row.number,
                )
            )
    yield Item(
        _l("Policies, their documents and everybody named in them"),
        len(rows),
        "kept",
        _l("Insurance law has us keep contracts and identity records for years after their end."),
        "E-03",
        max((row.retain_until for row in rows), default=None),
    )


PART = Part(look)
