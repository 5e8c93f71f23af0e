"""The staff's page of what the weekly check of the record found, until it is dealt with."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from storefront import clock
from storefront.access import current_member, staff
from storefront.audit import service as audit
from storefront.db import transaction
from storefront.evidence.checking import faults_in_chain
from storefront.evidence.jobs import ELSEWHERE, FAULT, PERMISSION
from storefront.worklist import kinds
from storefront.worklist import service as worklist

blueprint = Blueprint("evidence_faults", __name__, url_prefix="/staff/evidence/faults")
LONGEST_REASON = 500
kinds.register(FAULT, _l("Fault in the record of sales"), "evidence_faults.index", "subject")


@blueprint.get("/")
@staff(PERMISSION)
def index() -> str:
    """Every chain in which a fault was found, with what is wrong in it now."""
    with transaction() as session:
        return _page(session, "")


@blueprint.post("/")
@staff(PERMISSION)
def dealt_with() -> Response | tuple[str, int]:
    """Somebody has looked into it and says what was done; the next check opens it again if it stays."""
    subject, reason = request.form.get("subject", ""), request.form.get("reason", "").strip()
    member, now = current_member(), clock.now()
    with transaction() as session:
        if not reason or len(reason) > LONGEST_REASON:
            return _page(session, subject), 422
        deed = audit.Deed("evidence.fault", "evidence", subject[:60], reason)
        if worklist.find_open(session, FAULT, subject) is not None:
            worklist.close_item(session, FAULT, subject, member.id, now)
            audit.record(session, member.id, deed, now)
    flash(_("Noted. If the fault is still there at the next check, it comes back."), "success")
    return redirect(url_for("evidence_faults.index"), 303)


def _page(session: Session, unexplained: str) -> str:
    found = [
        (item, faults_in_chain(session, item.subject) if item.subject != ELSEWHERE else [])
        for item in worklist.open_of_kind(session, FAULT)
    ]
    return render_template(
        "staff/evidence/faults.html",
        found=found,
        elsewhere=ELSEWHERE,
        unexplained=unexplained,
        longest=LONGEST_REASON,
    )
