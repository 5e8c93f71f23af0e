"""The staff's page of due diligence: what was said, the amounts behind it, the copies, and "checked"."""

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from storefront import clock
from storefront.access import current_member, staff
from storefront.applications.diligence import rules
from storefront.applications.diligence.step import PERMISSION, REVIEW, SOURCES
from storefront.applications.draft import OWNER_KIND
from storefront.applications.models import Application
from storefront.attachments import service as attachments
from storefront.audit import service as audit
from storefront.db import transaction
from storefront.errors import NotFound
from storefront.worklist import kinds
from storefront.worklist import service as worklist

blueprint = Blueprint("diligence_staff", __name__, url_prefix="/staff/diligence")
kinds.register(REVIEW, _l("Due diligence"), "diligence_staff.show", "ref")


@blueprint.get("/<string:ref>")
@staff(PERMISSION)
def show(ref: str) -> str:
    """Who pays, what they do, where the money is from."""
    with transaction() as session:
        application, given = _find(session, ref)
        deed = audit.Deed("diligence.read", "application", ref)
        audit.record(session, current_member().id, deed, clock.now())
        return render_template(
            "staff/diligence/show.html",
            application=application,
            given=given,
            source=str(SOURCES[given["source"]]),
            holder=application.parties.get("policyholder", {}),
            files=attachments.of(session, OWNER_KIND, ref),
            waiting=worklist.find_open(session, REVIEW, ref) is not None,
        )


@blueprint.post("/<string:ref>/checked")
@staff(PERMISSION)
def checked(ref: str) -> Response:
    """Nothing speaks against it; the piece of work is done."""
    member, now = current_member(), clock.now()
    with transaction() as session:
        _find(session, ref)
        worklist.close_item(session, REVIEW, ref, member.id, now)
        audit.record(session, member.id, audit.Deed("diligence.check", "application", ref), now)
    return redirect(url_for("diligence_staff.show", ref=ref), 303)


def _find(session: Session, ref: str) -> tuple[Application, dict[str, str]]:
    application = session.scalar(select(Application).where(Application.ref == ref))
    given = application.parties.get(rules.KEY) if application is not None else None
    if application is None or given is None:
        raise NotFound
    return application, given
