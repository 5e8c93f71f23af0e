"""The page of a payment."""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from storefront import clock
from storefront.access import current_member, staff
from storefront.audit import service as audit
from storefront.customers import payment, words
from storefront.db import transaction

blueprint = Blueprint("payments_staff", __name__, url_prefix="/staff/payments")


@blueprint.get("/")
@staff("payments.read")
def index() -> Response:
    """All of them, as a list."""
    return redirect(url_for("lists_staff.show", name="payments"))


@blueprint.get("/<string:ref>")
@staff("payments.read")
def show(ref: str) -> str:
    """Everything about a payment."""
    with transaction() as session:
        found = payment.read(session, payment.get(session, ref))
        deed = audit.Deed("payment.read", "payment", ref)
        audit.record(session, current_member().id, deed, clock.now())
        return render_template(
            "staff/payments/show.html", all=found, payment=found.payment, words=words
        )
