"""Taking a claim over from the rules, on the desk."""

from flask import flash, request
from flask_babel import gettext as _

from storefront import clock
from storefront.access import current_member, staff
from storefront.claims.desk import reading
from storefront.claims.desk import staff as pages
from storefront.claims.desk.blueprint import Page, blueprint, to
from storefront.claims.service import access, taking_over
from storefront.db import transaction

LONGEST = 500


@blueprint.post("/<string:ref>/take-over")
@staff("claims.assess")
def take_over(ref: str) -> Page:
    """Takes an automatic decision back before its money is sent, with the reason."""
    reason = request.form.get("reason", "").strip()[:LONGEST]
    with transaction() as session:
        claim = access.lock_row(session, reading.claim_by(session, ref).id)
        if not reason:
            said = _("Please say why.")
            return pages.assessment_page(session, claim, [("take-over-reason", said)]), 422
        taking_over.take_over(session, claim, reason, current_member().id, clock.now())
    flash(_("The claim is taken over; the customer is told, and a person decides."), "success")
    return to(ref)


@blueprint.post("/<string:ref>/complex")
@staff("claims.assess")
def make_complex(ref: str) -> Page:
    """The claim needs the longer time of C-02, with the reason."""
    reason = request.form.get("reason", "").strip()[:LONGEST]
    with transaction() as session:
        claim = access.lock_row(session, reading.claim_by(session, ref).id)
        if not reason:
            said = _("Please say why.")
            return pages.assessment_page(session, claim, [("complex-reason", said)]), 422
        taking_over.needs_longer(session, claim, reason, current_member().id, clock.now())
    flash(_("The claim has the longer time, and the rules leave it alone."), "success")
    return to(ref)
