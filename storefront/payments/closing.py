"""What becomes of payments when an account is closed: they are books, and none is ever deleted."""

from collections.abc import Iterator
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.accounts.models import Customer
from storefront.applications.models import Application
from storefront.closing.report import Item, Notice, Part
from storefront.payments.models import Payment, Refund


def look(session: Session, customer: Customer, now: datetime) -> Iterator[Item | Notice]:
    """Money on its way, either way, has to arrive first."""
    rows = session.execute(
        select(
            Payment.ref, Payment.state, Application.retain_until, Refund.ref.label("refund"),
            Refund.state.label("refund_state"),
        )
        .join(Payment.application)
        .outerjoin(Refund, Refund.payment_id == Payment.id)
        .where(Application.customer_id == customer.id)
        .order_by(Payment.id, Refund.id)
    ).all()  # fmt: skip
    payments = {row.ref: row for row in rows}
    for ref, row in payments.items():
        if row.state in ("created", "pending"):
            yield Notice(
                _l("Payment %(ref)s is under way; please wait until it has ended.", ref=ref),
                blocks=True,
            )
    for row in rows:
        if row.refund and row.refund_state != "done":
            yield Notice(
                _l("Refund %(ref)s has not arrived yet; please wait for it.", ref=row.refund),
                blocks=True,
            )
    yield Item(
        _l("Payments and refunds"),
        len(payments),
        "kept",
        _l("The law against money laundering and the tax law have us keep them."),
        "E-03",
        max((row.retain_until for row in rows if row.retain_until), default=None),
    )


PART = Part(look)
