"""The decision on the desk: its form, what the customer will read, and deciding."""

from decimal import Decimal

from flask import flash, request
from flask_babel import gettext as _

from storefront import clock
from storefront.access import current_member, staff
from storefront.claims.desk import reading, trying
from storefront.claims.desk import staff as pages
from storefront.claims.desk.blueprint import Errors, Page, amount_of, blueprint, text_of, to
from storefront.claims.models import Claim
from storefront.claims.service import deciding as service
from storefront.claims.service.deciding import Decision
from storefront.claims.views.claim import decision_html
from storefront.db import transaction
from storefront.errors import Refused

OUTCOMES = ("approved", "partly_approved", "declined")
LONGEST = 4000


@blueprint.post("/<string:ref>/decide")
@staff("claims.assess")
def decide(ref: str) -> Page:
    """Decides; with `preview` shows what the letter will say and changes nothing."""
    member, now = current_member(), clock.now()
    with transaction() as session:
        claim = reading.locked(session, ref)
        decision, errors = _decision(claim)
        if decision is None:
            return pages.assessment_page(session, claim, errors), 422
        try:
            with trying.undone(session):
                service.decide(session, claim, decision, member.id, now)
                preview = decision_html(session, claim)
        except Refused as refused:
            session.expire_all()
            errors = [("outcome", refused.message)]
            return pages.assessment_page(session, claim, errors), 422
        if request.form.get("action") == "preview":
            session.expire_all()
            return pages.assessment_page(session, claim, preview=preview)
        session.expire_all()
        service.decide(session, claim, decision, member.id, now)
    flash(_("The decision is taken; the letter is on its way to the customer."), "success")
    return to(ref)


def _decision(claim: Claim) -> tuple[Decision | None, Errors]:
    outcome = request.form.get("outcome", "")
    if outcome not in OUTCOMES:
        return None, [("outcome", _("Please choose a decision."))]
    errors: Errors = []
    amounts: dict[int, Decimal] = {}
    for head in claim.heads if outcome != "declined" else []:
        field = f"amount-{head.position}"
        amount = amount_of(request.form.get(field, "").strip() or "0")
        if amount is None:
            errors.append((field, _("Please enter an amount such as 1250.50.")))
        else:
            amounts[head.position] = amount
    words = {key: text_of(f"wording_{key}", LONGEST) for key in ("zh", "en")}
    if outcome != "approved" and not all(words.values()):
        errors.append(("wording_zh", _("Please give the reason in both languages.")))
    if errors:
        return None, errors
    returns, wrong = _returns() if outcome == "declined" else (None, [])
    if wrong:
        return None, wrong
    full = outcome == "approved"
    return Decision(
        outcome=outcome,
        amounts=amounts,
        reason_code=None if full else text_of("reason_code", 60) or "other",
        clause=None if full else text_of("clause", 20) or None,
        wording={} if full else words,
        returns=returns,
    ), []


def _returns() -> tuple[dict[str, Decimal] | None, Errors]:
    """What goes back with a refusal, by the fields of the form; None where it has none."""
    names = [name for name in request.form if name.startswith("return-")]
    given: dict[str, Decimal] = {}
    errors: Errors = []
    for name in names:
        amount = amount_of(request.form[name])
        if amount is None:
            errors.append((name, _("Please enter an amount such as 1250.50.")))
        else:
            given[name.removeprefix("return-")] = amount
    return given if names else None, errors
