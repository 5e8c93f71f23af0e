"""The page of an application, to read only; deciding is the underwriters'."""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from storefront import clock
from storefront.access import current_member, staff
from storefront.applications import service as applications
from storefront.applications.decisions.staff import outcome_names
from storefront.audit import service as audit
from storefront.customers import application, words
from storefront.db import transaction

blueprint = Blueprint("applications_staff", __name__, url_prefix="/staff/applications")


@blueprint.get("/")
@staff("applications.read")
def index() -> Response:
    """All of them, as a list."""
    return redirect(url_for("lists_staff.show", name="applications"))


@blueprint.get("/<string:ref>")
@staff("applications.read")
def show(ref: str) -> str:
    """Everything about an application, numbers masked."""
    member = current_member()
    with transaction() as session:
        found = application.read(session, applications.by_ref(session, ref), member)
        deed = audit.Deed("application.read", "application", ref)
        audit.record(session, member.id, deed, clock.now())
        return render_template(
            "staff/applications/show.html",
            all=found,
            application=found.application,
            words=words,
            outcomes=outcome_names(),
        )
