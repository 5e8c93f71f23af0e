"""What turns the course of a claim for a reason: taken over from the rules, longer time, open again."""

from collections.abc import Callable
from datetime import datetime

from flask import flash
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from storefront import clock
from storefront.access import current_member, staff
from storefront.claims.desk import reading
from storefront.claims.desk import staff as pages
from storefront.claims.desk.blueprint import Page, blueprint, text_of, to
from storefront.claims.models import Claim
from storefront.claims.service import answering, taking_over
from storefront.db import transaction

LONGEST = 500
Turn = Callable[[Session, Claim, str, int, datetime], None]


@blueprint.post("/<string:ref>/take-over")
@staff("claims.assess")
def take_over(ref: str) -> Page:
    """Takes an automatic decision back before its money is sent, with the reason."""
    done = _("The claim is taken over; the customer is told, and a person decides.")
    return _turned(ref, "take-over-reason", taking_over.take_over, done)


@blueprint.post("/<string:ref>/complex")
@staff("claims.assess")
def make_complex(ref: str) -> Page:
    """The claim needs the longer time of C-02, with the reason."""
    done = _("The claim has the longer time, and the rules leave it alone.")
    return _turned(ref, "complex-reason", taking_over.needs_longer, done)


@blueprint.post("/<string:ref>/reopen")
@staff("claims.assess")
def reopen(ref: str) -> Page:
    """Opens a closed claim again, with the reason."""
    return _turned(ref, "reopen-reason", answering.reopen, _("The claim is open again."))


def _turned(ref: str, field: str, turn: Turn, done: str) -> Page:
    """Does it for the reason that the form gives; without one the form comes again."""
    reason = text_of("reason", LONGEST)
    with transaction() as session:
        claim = reading.locked(session, ref)
        if not reason:
            return pages.assessment_page(session, claim, [(field, _("Please say why."))]), 422
        turn(session, claim, reason, current_member().id, clock.now())
    flash(done, "success")
    return to(ref)
