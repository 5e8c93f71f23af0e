"""The underwriters' pages: queue, case, decision, question. Every read and every change is audited."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from storefront import clock
from storefront.access import current_member, staff
from storefront.applications import limits, service
from storefront.applications.decisions import case as cases
from storefront.applications.decisions import prices, questions, queue, referral, texts
from storefront.applications.decisions.reading import ruling_from
from storefront.applications.decisions.referral import Desk
from storefront.applications.draft import Draft, open_draft
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
Page = Response | str | tuple[str, int]
Errors = list[tuple[str, str]]
kinds.register(limits.OVER_LIMIT, _l("Cover above a limit"), "underwriting_staff.case", "ref")


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
            "staff/underwriting/index.html", rows=rows, after=after, mine=mine, me=member
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
    return redirect(url_for("underwriting_staff.case", ref=ref), 303)


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
    return redirect(url_for("underwriting_staff.case", ref=ref), 303)


@blueprint.post("/<string:ref>/ask")
@staff("underwriting")
def ask(ref: str) -> Page:
    """Asks the customer a question."""
    question = request.form.get("question", "").strip()
    with transaction() as session:
        draft = _locked(session, ref)
        if not 0 < len(question) <= questions.LONGEST:
            slug = "too-long" if question else "missing"
            return _case_page(session, draft, [("question", texts.fault(slug))]), 422
        questions.ask(session, draft, current_member().id, question)
    flash(_("The question is on its way to the customer."), "success")
    return redirect(url_for("underwriting_staff.case", ref=ref), 303)


@blueprint.post("/<string:ref>/over-limit")
@staff("underwriting")
def settle_limit(ref: str) -> Page:
    """Notes what was done about cover above a limit; the piece of work is over."""
    done, member, now = request.form.get("done", "").strip(), current_member(), clock.now()
    with transaction() as session:
        application = service.by_ref(session, ref)
        if not 0 < len(done) <= questions.LONGEST:
            slug = "too-long" if done else "missing"
            draft = open_draft(session, application, now)
            return _case_page(session, draft, [("done", texts.fault(slug))]), 422
        worklist.close_item(session, limits.OVER_LIMIT, ref, member.id, now)
        deed = Deed("underwriting.over-limit", "application", ref, reason=done)
        audit.record(session, member.id, deed, now)
    flash(_("It is noted, and the piece of work is over."), "success")
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
    )


def _priced(draft: Draft) -> tuple[Priced | None, Errors]:
    try:
        ruling = ruling_from(request.form, draft.definition, cases.people(draft))
    except RulingInvalid as invalid:
        return None, _sentences(invalid)
    return prices.on_terms(draft, ruling.terms), []


def _sentences(invalid: RulingInvalid) -> Errors:
    return [(field, texts.fault(slug)) for field, slug in invalid.faults]


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
