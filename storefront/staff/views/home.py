"""Home: one's own work and what may be taken."""

from flask import render_template

from storefront.access import current_member, staff
from storefront.db import transaction
from storefront.staff import desk
from storefront.staff.views import blueprint


@blueprint.get("/")
@staff("home")
def index() -> str:
    """What needs a person."""
    with transaction() as session:
        return render_template(
            "staff/desk.html", desk=desk.overview(session), member=current_member()
        )
