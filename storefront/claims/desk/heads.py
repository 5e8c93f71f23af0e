"""Heads of loss on the desk: further covers and persons, and whom a head is about."""

from flask import flash, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from storefront import clock
from storefront.access import current_member, staff
from storefront.claims.desk import reading
from storefront.claims.desk import staff as pages
from storefront.claims.desk.blueprint import Page, blueprint, to
from storefront.claims.models import Claim
from storefront.claims.service import finding_out, people
from storefront.db import transaction
from storefront.errors import Refused


@blueprint.post("/<string:ref>/heads")
@staff("claims.assess")
def add_heads(ref: str) -> Page:
    """Adds a head of loss for every cover that was ticked, about one person."""
    member, now = current_member(), clock.now()
    covers = request.form.getlist("cover")
    with transaction() as session:
        claim = reading.locked(session, ref)
        try:
            if not covers:
                raise Refused(_("Please choose at least one cover."))
            who = _who(session, claim)
            for cover in covers:
                finding_out.add_head(session, claim, cover, member.id, now, who=who)
        except Refused as refused:
            return _again(session, ref, "new-heads", refused)
    flash(_("The heads of loss are added."), "success")
    return to(ref)


@blueprint.post("/<string:ref>/heads/<int:position>/person")
@staff("claims.assess")
def correct_person(ref: str, position: int) -> Page:
    """Says whom a head is about, where it was somebody else or the name was misspelt."""
    member, now = current_member(), clock.now()
    with transaction() as session:
        claim = reading.locked(session, ref)
        try:
            who = people.who(session, claim, request.form.get("person", ""))
            finding_out.correct_person(session, claim, position, who, member_id=member.id, now=now)
        except Refused as refused:
            return _again(session, ref, f"person-{position}", refused)
    flash(_("The person is corrected, and the claim is computed again."), "success")
    return to(ref)


def _who(session: Session, claim: Claim) -> people.Who | None:
    """The person of the form; nobody named means the one of the report."""
    typed = request.form.get("person", "").strip()
    return people.who(session, claim, typed) if typed else None


def _again(session: Session, ref: str, field: str, refused: Refused) -> Page:
    session.rollback()
    claim = reading.claim_by(session, ref)
    return pages.assessment_page(session, claim, [(field, refused.message)]), 422
