"""What a customer does with a claim: amounts, handing in, agreeing, objecting, withdrawing; letters."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from storefront import clock
from storefront.access import public
from storefront.claims import amounts, texts
from storefront.claims.answer_forms import MOST_ROWS, AccountForm, HeadsForm, ObjectionForm
from storefront.claims.models import Claim
from storefront.claims.payouts import settling
from storefront.claims.service import (
    access,
    answering,
    contract,
    deciding,
    ex_gratia,
    handing_in,
    paying,
    people,
)
from storefront.claims.views import blueprint
from storefront.claims.views.claim import decision_html
from storefront.claims.views.common import signed_letter, stored_pdf, unknown, visitor
from storefront.db import db, transaction
from storefront.errors import NotFound
from storefront.extensions import limiter

Page = str | tuple[str, int] | BaseResponse
LIMIT = "30 per minute"
MORE_ROWS = 3


@blueprint.get("/<string:ref>/amounts")
@public
def amounts_page(ref: str) -> Page:
    """What it cost, or when it came about, as the benefit of the claim needs it."""
    try:
        claim = access.get(db.session, ref, visitor())
    except NotFound:
        return unknown()
    if claim.stage not in handing_in.OPEN:
        return _to(ref)
    return _amounts(claim, _amounts_form(claim, claim.circumstances.get("typed")))


@blueprint.post("/<string:ref>/amounts")
@public
@limiter.limit(LIMIT)
def give_amounts(ref: str) -> Page:
    """Keeps the amounts; `more` gives further rows."""
    now = clock.now()
    with transaction() as session:
        claim = access.lock(session, ref, visitor())
        form = _amounts_form(claim, None)
        if request.form.get("action") == "more" and "invoices" in form:
            for _row in range(min(MORE_ROWS, MOST_ROWS - len(form.invoices.entries))):
                form.invoices.append_entry()
            return _amounts(claim, form)
        if not form.validate_on_submit():
            return _amounts(claim, form), 422
        given = amounts.read(_kind(session, claim), form, claim)
        handing_in.give_amounts(session, claim, given, now)
    return _to(ref)


@blueprint.post("/<string:ref>/hand-in")
@public
@limiter.limit(LIMIT)
def hand_in(ref: str) -> Page:
    """Begins the assessment, or says at once and completely what is missing (C-01)."""
    now = clock.now()
    with transaction() as session:
        claim = access.lock(session, ref, visitor())
        missing = [row.document for row in handing_in.hand_in(session, claim, now)]
    if missing:
        flash(
            _("Something is still missing; it is marked below, and the list goes to you by mail."),
            "warning",
        )
    else:
        flash(_("Thank you, everything has arrived. The assessment begins."), "success")
    return _to(ref)


@blueprint.get("/<string:ref>/account")
@public
def account_page(ref: str) -> Page:
    """Where to pay to; with it the customer agrees, where a decision waits for that."""
    try:
        claim = access.get(db.session, ref, visitor())
    except NotFound:
        return unknown()
    if not _may_give_account(claim):
        return _to(ref)
    return _account(claim, AccountForm())


@blueprint.post("/<string:ref>/account")
@public
@limiter.limit(LIMIT)
def give_account(ref: str) -> Page:
    """Keeps the account and agrees with the decision, or releases what is paid ahead."""
    now = clock.now()
    with transaction() as session:
        claim = access.lock(session, ref, visitor())
        if not _may_give_account(claim):
            return _to(ref)  # pressed twice
        form = AccountForm()
        if not form.validate_on_submit():
            return _account(claim, form), 422
        account = answering.Account(
            form.payee.data, form.bank.data, form.number.data, texts.account_consent()
        )
        if claim.stage == "decided" and claim.payable:
            shown = decision_html(session, claim)
            answering.accept(session, claim, account, shown, now)
        else:
            answering.give_account(session, claim, account, now)
    flash(_("Thank you. The payment is on its way."), "success")
    return _to(ref)


@blueprint.get("/<string:ref>/objection")
@public
def objection_page(ref: str) -> Page:
    """Why the customer sees it differently."""
    try:
        claim = access.get(db.session, ref, visitor())
    except NotFound:
        return unknown()
    if not answering.may_object(db.session, claim):
        return _to(ref)
    return render_template("claims/objection.html", claim=claim, form=ObjectionForm())


@blueprint.post("/<string:ref>/objection")
@public
@limiter.limit(LIMIT)
def object_to(ref: str) -> Page:
    """Hands the claim to another assessor."""
    now = clock.now()
    with transaction() as session:
        claim = access.lock(session, ref, visitor())
        if deciding.open_objection(session, claim) is not None:
            return _to(ref)  # pressed twice
        form = ObjectionForm()
        if not form.validate_on_submit():
            return render_template("claims/objection.html", claim=claim, form=form), 422
        answering.object_to(session, claim, form.reasons.data, now)
    flash(_("Your objection has arrived. You can add documents to it below."), "success")
    return _to(ref)


@blueprint.post("/<string:ref>/withdraw")
@public
@limiter.limit(LIMIT)
def withdraw(ref: str) -> BaseResponse:
    """The customer does not want the claim any more."""
    now = clock.now()
    with transaction() as session:
        answering.withdraw(session, access.lock(session, ref, visitor()), now)
    flash(_("The claim is withdrawn."), "success")
    return _to(ref)


@blueprint.get("/<string:ref>/letters/<int:number>.pdf")
@public
def letter(ref: str, number: int) -> BaseResponse:
    """The signed letter of a decision."""
    try:
        claim = access.get(db.session, ref, visitor())
    except NotFound:
        return unknown()
    return signed_letter(db.session, claim, number)


@blueprint.get("/<string:ref>/goodwill/<int:number>.pdf")
@public
def goodwill_letter(ref: str, number: int) -> BaseResponse:
    """The signed letter about a payment out of goodwill."""
    try:
        claim = access.get(db.session, ref, visitor())
    except NotFound:
        return unknown()
    agreed = ex_gratia.agreed(db.session, claim)
    row = next((row for row in agreed if row.id == number), None)
    return stored_pdf(row.letter_sha256 if row else None, f"{ref}-goodwill-{number}.pdf")


def _kind(session: Session, claim: Claim) -> str:
    definition = contract.definition_of(session, claim)
    return contract.type_of(definition, claim.claim_type).benefit.kind


def _amounts_form(claim: Claim, kept: dict[str, Any] | None) -> Any:
    definition = contract.definition_of(db.session, claim)
    form = amounts.form_of(definition, contract.type_of(definition, claim.claim_type), kept)
    if isinstance(form, HeadsForm):
        while len(form.heads.entries) < len(claim.heads):
            form.heads.append_entry()
    return form


def _amounts(claim: Claim, form: Any) -> str:
    definition = contract.definition_of(db.session, claim)
    return render_template(
        "claims/amounts.html",
        claim=claim,
        form=form,
        covers=[people.title(definition, head) for head in claim.heads],
        claim_type=contract.type_of(definition, claim.claim_type),
    )


def _may_give_account(claim: Claim) -> bool:
    if claim.stage == "decided" and claim.payable:
        return True
    wanted = settling.wants_account(db.session, claim) + paying.waiting(db.session, claim)
    return wanted > 0


def _account(claim: Claim, form: AccountForm) -> str:
    form.consent.label.text = texts.account_consent()
    agrees = claim.stage == "decided" and bool(claim.payable)
    waiting = paying.waiting(db.session, claim)
    return render_template(
        "claims/account.html",
        claim=claim,
        form=form,
        amount=claim.payable if agrees else waiting + settling.wants_account(db.session, claim),
        shown=decision_html(db.session, claim) if agrees else "",
    )


def _to(ref: str) -> BaseResponse:
    return redirect(url_for("claims.show", ref=ref), 303)
