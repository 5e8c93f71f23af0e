"""The page that asks why somebody wants to see what is masked, and leads on to it."""

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from storefront import clock
from storefront.access import current_member, staff
from storefront.audit import unmasking
from storefront.db import transaction
from storefront.staff.forms import ReasonForm
from storefront.staff.views import blueprint
from storefront.staff.views.entry import target

Page = str | Response | tuple[str, int]
KINDS = "application, claim, policy, ticket, customer"


@blueprint.route(f"/unmask/<any({KINDS}):kind>/<string:name>", methods=["GET", "POST"])
@staff("customers.unmask")
def unmask(kind: str, name: str) -> Page:
    """Asks for a reason; given, it is recorded, and what is masked is shown for ten minutes."""
    form = ReasonForm()
    if not form.validate_on_submit():
        page = render_template("staff/unmask.html", form=form, kind=kind, name=name)
        return page, 422 if form.errors else 200
    with transaction() as session:
        unmasking.unmask(session, (kind, name), form.reason.data, current_member(), clock.now())
    return redirect(target() or url_for("staff.index"), 303)
