"""Recording on the desk what a customer with a closed account answered by telephone or letter."""

from flask import flash, request
from flask_babel import gettext as _

from storefront import clock
from storefront.access import current_member, staff
from storefront.claims import bank, texts
from storefront.claims.desk import reading
from storefront.claims.desk import staff as pages
from storefront.claims.desk.blueprint import Errors, Page, blueprint, text_of, to
from storefront.claims.service import recording
from storefront.claims.service.answering import Account
from storefront.claims.views.claim import decision_html
from storefront.db import transaction

LONGEST = {"payee": 60, "bank": 80, "number": 40, "words": 1000}


@blueprint.post("/<string:ref>/answer")
@staff("claims.assess")
def record_answer(ref: str) -> Page:
    """Keeps the agreement and the account as they were given; somebody else approves the payment."""
    typed = {name: text_of(name, most) for name, most in LONGEST.items()}
    way = request.form.get("way", "")
    with transaction() as session:
        claim = reading.locked(session, ref)
        errors: Errors = []
        for name in ("payee", "bank", "words"):
            if not typed[name]:
                errors.append((f"answer-{name}", _("Please fill it in.")))
        try:
            number = bank.parse_number(typed["number"])
        except bank.BankNumberError:
            errors.append(("answer-number", _("This account number cannot be right.")))
        if errors or way not in recording.WAYS:
            errors = errors or [("answer-way", _("Please say how the customer answered."))]
            return pages.assessment_page(session, claim, errors), 422
        account = Account(typed["payee"], typed["bank"], number, texts.account_consent())
        shown = decision_html(session, claim)
        recorded = recording.Recorded(account, way, typed["words"], shown)
        recording.record(session, claim, recorded, current_member().id, clock.now())
    flash(_("The answer is recorded. Another person has to approve the payment."), "success")
    return to(ref, "money")
