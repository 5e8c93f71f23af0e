"""The one search of the desk: a page, and its answer alone for the field on top of every page."""

from flask import Blueprint, render_template, request

from storefront import clock
from storefront.access import current_member, staff
from storefront.audit import service as audit
from storefront.audit.service import Deed
from storefront.db import transaction
from storefront.search import service

blueprint = Blueprint("search_staff", __name__, url_prefix="/staff/search")
LONGEST = 100


@blueprint.get("/")
@staff("home")
def index() -> str:
    """What fits, each with a way to its page; who searched and whom it showed is audited, for what is not."""
    text, now = request.args.get("q", "")[:LONGEST].strip(), clock.now()
    only_answer = request.headers.get("HX-Request") == "true"
    with transaction() as session:
        found = service.Found()
        if text:
            found = service.search(session, text, current_member(), clock.local_date(now))
            shown = {sort: [row.id for row in rows] for sort, rows in vars(found).items() if rows}
            deed = Deed("search", "search", "", after={"found": shown})
            audit.record(session, current_member().id, deed, now)
        template = "staff/search/_found.html" if only_answer else "staff/search/index.html"
        return render_template(template, found=found, text=text, most=service.MOST)
