"""Writing down surveys, negotiations and measures, and what is to come back from others."""

from datetime import date
from decimal import Decimal

from flask import flash, render_template, request
from flask_babel import gettext as _

from storefront import clock
from storefront.access import current_member, staff
from storefront.audit import service as audit
from storefront.audit.service import Deed
from storefront.claims.desk import reading, reports
from storefront.claims.desk.blueprint import Page, amount_of, blueprint, text_of, to
from storefront.claims.desk.models import ClaimNote, ClaimRecovery
from storefront.db import transaction
from storefront.errors import NotFound, Refused

LONGEST = 4000


@blueprint.post("/<string:ref>/notes")
@staff("claims.assess")
def add_note(ref: str) -> Page:
    """Keeps a survey, a step of a negotiation, a review of measures, or who adjusts."""
    member, now = current_member(), clock.now()
    kind, text = request.form.get("kind", ""), text_of("text", LONGEST)
    try:
        day = date.fromisoformat(request.form.get("on_day", ""))
    except ValueError:
        day = None
    if kind not in reading.note_kinds() or not text or day is None:
        raise Refused(_("Please say what it is, on which day, and what was found."))
    with transaction() as session:
        claim = reading.claim_by(session, ref)
        by_whom = text_of("by_whom", 100) or member.name
        session.add(
            ClaimNote(
                claim_id=claim.id, kind=kind, on_day=day, by_whom=by_whom, text=text,
                member_id=member.id, at=now,
            )
        )  # fmt: skip
        audit.record(session, member.id, Deed("claims.note", "claim", ref, kind), now)
    flash(_("It is kept."), "success")
    return to(ref, "course")


@blueprint.post("/<string:ref>/recoveries")
@staff("claims.assess")
def expect_recovery(ref: str) -> Page:
    """Keeps what somebody else owes for the claim."""
    member, now = current_member(), clock.now()
    from_whom = text_of("from_whom", 100)
    amount = _amount("expected")
    if not from_whom:
        raise Refused(_("Please say who owes it."))
    with transaction() as session:
        claim = reading.locked(session, ref)
        session.add(
            ClaimRecovery(
                claim_id=claim.id, from_whom=from_whom, expected=amount, received=Decimal(0),
                member_id=member.id, at=now,
            )
        )  # fmt: skip
        after = {"expected": str(amount)}
        audit.record(session, member.id, Deed("claims.recovery", "claim", ref, after=after), now)
    return to(ref, "money")


@blueprint.post("/<string:ref>/recoveries/<int:recovery_id>")
@staff("bank")
def receive_recovery(ref: str, recovery_id: int) -> Page:
    """Sets how much of it has come in until now."""
    member, now = current_member(), clock.now()
    amount = _amount("received")
    with transaction() as session:
        claim = reading.locked(session, ref)
        row = session.get(ClaimRecovery, recovery_id, with_for_update=True)
        if row is None or row.claim_id != claim.id:
            raise NotFound
        before, row.received = str(row.received), amount
        deed = Deed(
            "claims.recovered", "claim", ref,
            before={"received": before}, after={"received": str(amount)},
        )  # fmt: skip
        audit.record(session, member.id, deed, now)
    return to(ref, "money")


@blueprint.get("/recoveries")
@staff("claims.read")
def all_recoveries() -> str:
    """Everything that others owe, newest first, with its sums."""
    with transaction() as session:
        rows, after = reports.recoveries(session, request.args.get("after", type=int))
        expected, received = reports.recovery_sums(session)
        return render_template(
            "staff/claims/recoveries.html",
            rows=rows,
            after=after,
            expected=expected,
            received=received,
        )


def _amount(name: str) -> Decimal:
    amount = amount_of(request.form.get(name, ""))
    if not amount:
        raise Refused(_("Please enter an amount such as 1250.50."))
    return amount
