"""Orders on the desk: what waits, one order with all that is known, the second person's word."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from storefront import clock
from storefront.access import current_member, staff
from storefront.audit import service as audit
from storefront.audit.service import Deed
from storefront.claims.payouts import approving, lists, rules, texts
from storefront.claims.payouts.models import PayoutOrder
from storefront.claims.service import deciding
from storefront.db import transaction

blueprint = Blueprint("payouts_staff", __name__, url_prefix="/staff/payouts")
Page = str | tuple[str, int] | Response
SHORTEST_REASON = 3
LONGEST_REASON = 500


@blueprint.get("/")
@staff("payouts.approve")
def index() -> str:
    """Orders, newest first; those that wait unless another state is asked for."""
    state = request.args.get("state", "requested")
    if state not in rules.STATES:
        state = ""
    with transaction() as session:
        orders, after = lists.page(session, state, request.args.get("after", type=int))
        return render_template(
            "staff/payouts/index.html",
            orders=orders,
            after=after,
            state=state,
            states=texts.states(),
            kinds=texts.payee_kinds(),
        )


@blueprint.get("/<string:ref>")
@staff("payouts.approve")
def show(ref: str) -> str:
    """One order: the payee, what was decided, and by whom."""
    with transaction() as session:
        row = approving.by_ref(session, ref)
        deed = Deed("payouts.read", "payout", ref)
        audit.record(session, current_member().id, deed, clock.now())
        return _page(session, row)


@blueprint.post("/<string:ref>/approve")
@staff("payouts.approve")
def approve(ref: str) -> Page:
    """The second person agrees: the order goes into the next file for the bank."""
    with transaction() as session:
        approving.approve(session, approving.lock(session, ref), current_member(), clock.now())
    flash(_("Approved. The order goes into the next file for the bank."), "success")
    return redirect(url_for("payouts_staff.index"), 303)


@blueprint.post("/<string:ref>/dismiss")
@staff("payouts.approve")
def dismiss(ref: str) -> Page:
    """The second person sends it back, with a reason."""
    reason = request.form.get("reason", "").strip()
    with transaction() as session:
        row = approving.lock(session, ref)
        if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
            return _page(session, row, _("Please say why, in at least a few words.")), 422
        approving.dismiss(session, row, reason, current_member(), clock.now())
    flash(_("The order went back to the assessors."), "success")
    return redirect(url_for("payouts_staff.index"), 303)


def _page(session: Session, row: PayoutOrder, error: str = "") -> str:
    member = current_member()
    return render_template(
        "staff/payouts/show.html",
        order=row,
        decision=deciding.latest(session, row.claim),
        barred=approving.barred(row, member),
        error=error,
        states=texts.states(),
        kinds=texts.payee_kinds(),
        reasons=texts.reasons(),
    )
