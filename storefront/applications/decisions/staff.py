"""The underwriters' pages: queue, case, decision, question. Every read and every change is audited."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from storefront import clock
from storefront.access import current_member, staff
from storefront.applications import service
from storefront.applications.decisions import case as cases
from storefront.applications.decisions import prices, questions, queue, referral, texts
from storefront.applications.decisions.reading import ruling_from
from storefront.applications.decisions.referral import Desk
from storefront.applications.decisions.work import APPEAL, OVER_LIMIT, REFERRAL
from storefront.applications.draft import Draft, open_draft
from storefront.applications.parties import text_fault
from storefront.audit import service as audit
from storefront.audit.service import Deed
from storefront.catalog.pricing import Priced
from storefront.db import transaction
from storefront.errors import Conflict
from storefront.extensions import current_language
from storefront.underwriting.ruling import RulingInvalid
from storefront.worklist import kinds
from storefront.worklist import service as worklist

blueprint = Blueprint("underwriting_staff", __name__, url_prefix="/staff/underwriting")
kinds.register(OVER_LIMIT, _l("Insured above a limit"), "underwriting_staff.case", "ref")
Page = Response | str | tuple[str, int]
Errors = list[tuple[str, str]]


@blueprint.get("/")
@staff("underwriting")
def index() -> str:
    """What waits for an underwriter, the most urgent first."""
    member = current_member()
    mine = member.id if request.args.get("mine") else None
    with transaction() as session:
        rows = queue.waiting(session, mine, request.args.get("after", type=int))
        after = rows[-1].item.id if len(rows) == queue.PAGE else None
        return render_template(
            "staff/underwriting/index.html",
            rows=rows,
            after=after,
            mine=mine,
            me=member,
            works=work_names(),
        )


@blueprint.get("/<string:ref>")
@staff("underwriting")
def case(ref: str) -> str:
    """Everything about one application, with the form to decide."""
    with transaction() as session:
        return _case_page(session, _opened(session, ref), [])


@blueprint.post("/<string:ref>/take")
@staff("underwriting")
def take(ref: str) -> Response:
    """Takes the case, or marks what came in as read."""
    with transaction() as session:
        item = queue.item_of(session, service.by_ref(session, ref))
        if item is not None:
            worklist.take(session, item.id, current_member(), clock.now())
    return _to_case(ref)


@blueprint.post("/<string:ref>/give-back")
@staff("underwriting")
def give_back(ref: str) -> Response:
    """Puts the case back into the queue."""
    with transaction() as session:
        item = queue.item_of(session, service.by_ref(session, ref))
        if item is not None:
            worklist.give_back(session, item.id, current_member(), clock.now())
    return redirect(url_for("underwriting_staff.index"), 303)


@blueprint.post("/<string:ref>/preview")
@staff("underwriting")
def preview(ref: str) -> str:
    """What the terms in the form would cost; the page asks while they are typed."""
    with transaction() as session:
        priced, errors = _priced(_draft(session, ref))
        return render_template("staff/underwriting/_preview.html", preview=priced, errors=errors)


@blueprint.post("/<string:ref>/decide")
@staff("underwriting")
def decide(ref: str) -> Page:
    """Decides, and tells the customer; with `preview` only computes the price."""
    with transaction() as session:
        draft = _locked(session, ref)
        if request.form.get("action") == "preview":
            priced, errors = _priced(draft)
            return _case_page(session, draft, errors, priced)
        try:
            ruling = ruling_from(request.form, draft.definition, cases.people(draft))
            referral.decide(session, draft, Desk(current_member()), ruling)
        except RulingInvalid as invalid:
            priced, _errors = _priced(draft)
            return _case_page(session, draft, _sentences(invalid), priced), 422
    flash(_("The decision is taken, and the customer is told."), "success")
    return _to_case(ref)


@blueprint.post("/<string:ref>/over-limit")
@staff("underwriting")
def settle_over_limit(ref: str) -> Page:
    """Notes what was arranged for a policy that came to stand above a limit; the work is done."""
    reason = request.form.get("reason", "").strip()
    with transaction() as session:
        draft = _locked(session, ref)
        if fault := text_fault(reason, questions.LONGEST):
            return _case_page(session, draft, [("reason", texts.fault(fault))]), 422
        member = current_member()
        worklist.close_item(session, OVER_LIMIT, ref, member.id, draft.now)
        deed = Deed("underwriting.over-limit", "application", ref, reason=reason)
        audit.record(session, member.id, deed, draft.now)
    flash(_("What you arranged is noted."), "success")
    return _to_case(ref)


@blueprint.post("/<string:ref>/ask")
@staff("underwriting")
def ask(ref: str) -> Page:
    """Asks the customer a question."""
    question = request.form.get("question", "").strip()
    with transaction() as session:
        draft = _locked(session, ref)
        if fault := text_fault(question, questions.LONGEST):
            return _case_page(session, draft, [("question", texts.fault(fault))]), 422
        questions.ask(session, draft, current_member().id, question)
    flash(_("The question is on its way to the customer."), "success")
    return _to_case(ref)


def _to_case(ref: str) -> Response:
    return redirect(url_for("underwriting_staff.case", ref=ref), 303)


def _draft(session: Session, ref: str) -> Draft:
    """The application to work on. Raises Conflict where nothing is left of it."""
    draft = open_draft(session, service.by_ref(session, ref), clock.now())
    if draft.wiped:
        raise Conflict
    return draft


def _opened(session: Session, ref: str) -> Draft:
    """The application, with the reading of it in the audit."""
    draft = open_draft(session, service.by_ref(session, ref), clock.now())
    deed = Deed("underwriting.read", "application", ref)
    audit.record(session, current_member().id, deed, draft.now)
    return draft


def _locked(session: Session, ref: str) -> Draft:
    service.lock(session, service.by_ref(session, ref).id)
    return _draft(session, ref)


def _case_page(
    session: Session, draft: Draft, errors: Errors, preview: Priced | None = None
) -> str:
    member = current_member()
    context = cases.read(session, draft)
    item = context["item"]
    return render_template(
        "staff/underwriting/case.html",
        **context,
        draft=draft,
        application=draft.application,
        typed=request.form,
        preview=preview,
        errors=errors,
        error_of=dict(reversed(errors)),
        me=member,
        barred=item is not None and item.barred_id == member.id,
        above=context["kind"] is not None and referral.above_authority(draft, member),
        language=current_language(),
        outcomes=outcome_names(),
        works=work_names(),
    )


def _priced(draft: Draft) -> tuple[Priced | None, Errors]:
    try:
        ruling = ruling_from(request.form, draft.definition, cases.people(draft))
    except RulingInvalid as invalid:
        return None, _sentences(invalid)
    return prices.on_terms(draft, ruling.terms), []


def _sentences(invalid: RulingInvalid) -> Errors:
    return [(field, texts.fault(slug)) for field, slug in invalid.faults]


def work_names() -> dict[str, str]:
    """What the pieces of work in the queue are called there."""
    return {
        REFERRAL: _("Referral"),
        APPEAL: _("Appeal"),
        OVER_LIMIT: _("Insured above a limit"),
    }


def outcome_names() -> dict[str, str]:
    """What an underwriter reads for each outcome."""
    return {
        "standard": _("Standard terms"),
        "loaded": _("Loading"),
        "excluded": _("Exclusion, also with a loading"),
        "postponed": _("Postponed"),
        "declined": _("Declined"),
        "refer": _("Referred to a person"),
    }
