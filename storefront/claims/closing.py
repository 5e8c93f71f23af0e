"""What becomes of claims when an account is closed: they are dealt with and kept like the contract."""

from collections.abc import Iterator
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.accounts.models import Customer
from storefront.claims.models import Claim
from storefront.closing.report import Item, Notice, Part


def look(session: Session, customer: Customer, now: datetime) -> Iterator[Item | Notice]:
    """An open claim goes on by telephone."""
    rows = session.scalars(select(Claim).where(Claim.customer_id == customer.id)).all()
    for row in rows:
        if row.stage != "closed":
            yield Notice(
                _l(
                    "Claim %(ref)s is still open. It goes on, but you will no longer see it here; we call you under the number in the report.",
                    ref=row.ref,
                )
            )
    yield Item(
        _l("Claims"),
        len(rows),
        "kept",
        _l("They are kept as long as the contract, and longer after a dispute."),
        "E-03",
        max((row.retain_until for row in rows), default=None),
    )


PART = Part(look)
