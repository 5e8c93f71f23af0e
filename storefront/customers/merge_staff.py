"""The page on which two accounts become one, with what would move, and the way back."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront import clock
from storefront.access import current_member, staff
from storefront.audit import service as audit
from storefront.customers import merging, record, words
from storefront.customers.forms import ReasonForm
from storefront.db import transaction

blueprint = Blueprint("merges_staff", __name__, url_prefix="/staff/customers")
Page = str | Response | tuple[str, int]
LONGEST = 254


@blueprint.route("/<int:customer_id>/merge", methods=["GET", "POST"])
@staff("customers.merge")
def merge(customer_id: int) -> Page:
    """Asks for the other account, shows what would move, and does it."""
    form, now, member = ReasonForm(), clock.now(), current_member()
    other = request.values.get("other", "").strip()[:LONGEST]
    with transaction() as session:
        kept = record.get(session, customer_id)
        merged = merging.find(session, other) if other else None
        if merged is not None and form.validate_on_submit():
            merging.merge(session, kept.id, merged.id, member, now, reason=form.reason.data)
            done = True
        else:
            done = False
            deed = audit.Deed("customer.merge-opened", "customer", str(kept.id))
            audit.record(session, member.id, deed, now)
            page = render_template(
                "staff/customers/merge.html",
                customer=kept,
                alike=merging.alike(session, kept),
                merges=merging.merges_of(session, kept),
                preview=merging.preview(session, kept, merged) if merged is not None else None,
                form=form,
                wanted=other,
                tables=words.MOVED,
            )
    if done:
        flash(_("The accounts are one now. This can be undone for 30 days."), "success")
        return redirect(url_for("customers_staff.show", customer_id=customer_id), 303)
    return page, 422 if form.errors else 200


@blueprint.post("/merges/<int:merge_id>/undo")
@staff("customers.merge")
def undo(merge_id: int) -> Response:
    """Gives everything back."""
    with transaction() as session:
        row = merging.undo(session, merge_id, current_member(), clock.now())
        customer_id = row.merged_id
    flash(_("The accounts are two again, each with what it had."), "success")
    return redirect(url_for("customers_staff.show", customer_id=customer_id), 303)
