"""What becomes of payments when an account is closed: they are books, and none is ever deleted."""

from collections.abc import Iterator
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storefront.accounts.models import Customer
from storefront.applications.models import Application
from storefront.closing.report import Item, Notice, Part
from storefront.payments.models import Payment, Refund


def look(session: Session, customer: Customer, now: datetime) -> Iterator[Item | Notice]:
    """Money on its way, either way, has to arrive first."""
    of_customer = Application.customer_id == customer.id
    paid = select(Payment).join(Payment.application).where(of_customer)
    for payment in session.scalars(paid.where(Payment.state.in_(("created", "pending")))):
        yield Notice(
            _l("Payment %(ref)s is under way; please wait until it has ended.", ref=payment.ref),
            blocks=True,
        )
    refunds = select(Refund).join(Refund.payment).join(Payment.application).where(of_customer)
    for refund in session.scalars(refunds.where(Refund.state != "done")):
        yield Notice(
            _l("Refund %(ref)s has not arrived yet; please wait for it.", ref=refund.ref),
            blocks=True,
        )
    count, until = session.execute(
        select(func.count(), func.max(Application.retain_until))
        .select_from(Payment)
        .join(Payment.application)
        .where(of_customer)
    ).one()
    yield Item(
        _l("Payments and refunds"),
        count,
        "kept",
        _l("The law against money laundering and the tax law have us keep them."),
        "E-03",
        until,
    )


PART = Part(look)
