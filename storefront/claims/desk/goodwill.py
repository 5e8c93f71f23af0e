"""Payments out of goodwill on the desk: one member asks, another agrees or refuses; all of them as a list."""

from flask import flash, render_template, request
from flask_babel import gettext as _

from storefront import clock
from storefront.access import current_member, staff
from storefront.claims.desk import reading, reports
from storefront.claims.desk import staff as pages
from storefront.claims.desk.blueprint import Page, amount_of, blueprint, text_of, to
from storefront.claims.service import ex_gratia
from storefront.db import transaction

LONGEST = 500


@blueprint.post("/<string:ref>/ex-gratia")
@staff("claims.assess")
def ask_goodwill(ref: str) -> Page:
    """Asks for a payment out of goodwill; somebody else has to agree."""
    reason = text_of("reason", LONGEST)
    amount = amount_of(request.form.get("amount", ""))
    with transaction() as session:
        claim = reading.locked(session, ref)
        if not amount or not reason:
            said = _("Please enter an amount such as 1250.50, and the reason.")
            return pages.money_page(session, claim, [("goodwill-amount", said)]), 422
        wanted = ex_gratia.Wanted(amount, reason)
        ex_gratia.ask(session, claim, wanted, current_member(), clock.now())
    flash(_("Asked for. Another person has to agree."), "success")
    return to(ref, "money")


@blueprint.post("/<string:ref>/ex-gratia/<int:row_id>")
@staff("payouts.approve")
def decide_goodwill(ref: str, row_id: int) -> Page:
    """The second person agrees, or refuses with a reason."""
    agree = request.form.get("action") == "agree"
    note = text_of("note", LONGEST)
    with transaction() as session:
        claim = reading.locked(session, ref)
        if not agree and not note:
            return pages.money_page(session, claim, [("goodwill-note", _("Please say why."))]), 422
        ex_gratia.decide(
            session, claim, row_id, current_member(), clock.now(), agree=agree, note=note
        )
    if agree:
        flash(_("Agreed. The customer is told in a letter, and the amount is due."), "success")
    else:
        flash(_("Refused. The customer is not told of it."), "success")
    return to(ref, "money")


@blueprint.get("/ex-gratia")
@staff("claims.read")
def all_goodwill() -> str:
    """Everything that was paid, agreed to or asked for out of goodwill, newest first, with its sums."""
    with transaction() as session:
        rows, after = reports.goodwill(session, request.args.get("after", type=int))
        return render_template(
            "staff/claims/goodwill.html",
            rows=rows,
            after=after,
            sums=reports.goodwill_sums(session),
        )
