"""Pages after the submission: the counter-offer, questions, a corrected declaration, an appeal."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from storefront import clock
from storefront.access import customer
from storefront.applications import journal, service, statements
from storefront.applications import texts as application_texts
from storefront.applications.decisions import (
    acceptance,
    appeals,
    explaining,
    files,
    history,
    offers,
    questions,
    redeclaration,
    texts,
    without,
)
from storefront.applications.decisions.forms import AnswerForm, AppealForm
from storefront.applications.draft import Draft, open_draft
from storefront.applications.step_rest import declared as declared_before
from storefront.applications.step_rest import health_context, take_declaration
from storefront.applications.steps import StepInvalid
from storefront.applications.titles import page_title
from storefront.db import transaction
from storefront.errors import Conflict
from storefront.extensions import current_language
from storefront.pages import errors_of

blueprint = Blueprint("decisions", __name__, url_prefix="/applications/<string:ref>")
Page = Response | str | tuple[str, int]
Errors = list[tuple[str, str]]


@blueprint.get("/offer")
@customer
def offer(ref: str) -> Page:
    """Other terms than those applied for, why, and the price with and without them."""
    with transaction() as session:
        draft = _own(session, ref)
        return _offer_page(session, draft, [], 200)


@blueprint.post("/offer")
@customer
def accept(ref: str) -> Page:
    """The customer agrees to exactly the text that the page showed."""
    seen, language = request.form.get("text_sha256", ""), current_language()
    with transaction() as session:
        draft = _own_locked(session, ref)
        made = offers.open_offer(session, draft.application)
        if made is None:
            return _to_status(ref)
        if request.form.get(acceptance.CONFIRMATION) != "yes":
            missing = ("confirm-offer", application_texts.statement_missing())
            return _offer_page(session, draft, [missing], 422)
        text = texts.offer(draft, made, language)
        try:
            acceptance.accept(session, draft, text, seen, language)
        except acceptance.OtherText:
            changed = _("The offer has changed since the page was opened. Please read it again.")
            return _offer_page(session, draft, [("confirm-offer", changed)], 409)
        except acceptance.StartPassed:
            return _to_status(ref)
        except acceptance.DiligenceDue:
            service.reopen(session, draft.application, draft.now)
            flash(
                _(
                    "At this premium the law has us ask a few more questions. Please answer them and confirm the application once more; then the offer is made again."
                ),
                "warning",
            )
            return _to_status(ref)
    flash(_("You have accepted the offer. Cover begins once the premium is received."), "success")
    return _to_status(ref)


@blueprint.get("/questions")
@customer
def thread(ref: str) -> Page:
    """What an underwriter asked, and what was answered."""
    with transaction() as session:
        draft = _own(session, ref)
        if not questions.thread(session, draft.application) and not files.wanted(
            session, draft.application
        ):
            return _to_status(ref)
        return _thread_page(session, draft, AnswerForm(formdata=None))


@blueprint.post("/questions")
@customer
def answer(ref: str) -> Page:
    """The customer's answer, which the underwriter sees as unread."""
    form = AnswerForm()
    with transaction() as session:
        draft = _own_locked(session, ref)
        if not form.validate():
            return _thread_page(session, draft, form), 422
        questions.answer(session, draft, form.text.data.strip())
    flash(_("Your answer is with the underwriter."), "success")
    return _to_status(ref)


@blueprint.post("/without")
@customer
def go_on_without(ref: str) -> Page:
    """The others are insured without those who were refused; the application is a draft again."""
    with transaction() as session:
        draft = _own_locked(session, ref)
        if without.refused_people(session, draft):
            without.go_on(session, draft)
            flash(
                _("Please check the people insured, and confirm the application once more."),
                "success",
            )
    return _to_status(ref)


@blueprint.get("/appeal")
@customer
def appeal_form(ref: str) -> Page:
    """Why somebody else should look at the decision again."""
    with transaction() as session:
        draft = _own(session, ref)
        if not appeals.possible(session, draft.application):
            return _to_status(ref)
        return _page(session, draft, "appeal", {"form": AppealForm(formdata=None)})


@blueprint.post("/appeal")
@customer
def appeal(ref: str) -> Page:
    """The one appeal; a second one changes nothing."""
    form = AppealForm()
    with transaction() as session:
        draft = _own_locked(session, ref)
        if not appeals.possible(session, draft.application):
            return _to_status(ref)
        if not form.validate():
            return _page(session, draft, "appeal", {"form": form}), 422
        appeals.appeal(session, draft, form.reason.data.strip())
    flash(_("Your appeal is with another underwriter. You can add documents now."), "success")
    return redirect(url_for("decisions.thread", ref=ref), 303)


@blueprint.get("/declaration")
@customer
def declared(ref: str) -> Page:
    """The health declaration as it was given, to be corrected; afterwards whom to tell instead."""
    with transaction() as session:
        draft = _own(session, ref)
        given = health_context(draft, declared_before(draft), {})
        context = {**given, "possible": redeclaration.possible(draft), "errors": []}
        return _declaration_page(session, draft, context)


@blueprint.post("/declaration")
@customer
def correct(ref: str) -> Page:
    """Replaces the declaration; every outcome is decided on anew."""
    with transaction() as session:
        draft = _own_locked(session, ref)
        revision = request.form.get("revision", type=int, default=0)
        if not redeclaration.possible(draft) or draft.application.revision != revision:
            raise Conflict(
                _("The application has changed meanwhile. Please open the declaration again.")
            )
        try:
            take_declaration(session, draft, "declaration", request.form, redeclaration.correct)
        except StepInvalid as invalid:
            context = {**invalid.context, "possible": True, "errors": invalid.errors}
            return _declaration_page(session, draft, context), 422
    flash(_("The corrected declaration was looked at anew."), "success")
    return _to_status(ref)


def _own(session: Session, ref: str) -> Draft:
    now = clock.now()
    application = service.get_own(session, ref, current_user.id)
    service.expire_if_due(session, application, now)
    return open_draft(session, application, now)


def _own_locked(session: Session, ref: str) -> Draft:
    service.lock(session, service.get_own(session, ref, current_user.id).id)
    return _own(session, ref)


def _to_status(ref: str) -> Response:
    return redirect(url_for("applications.show", ref=ref), 303)


def _offer_page(session: Session, draft: Draft, errors: Errors, status: int) -> Page:
    made = offers.open_offer(session, draft.application)
    row = history.latest(session, draft.application)
    if made is None or row is None:
        return _to_status(draft.application.ref)
    text = texts.offer(draft, made, current_language())
    context = {
        "offer": made,
        "explained": explaining.explain(session, draft, row),
        "text_html": application_texts.html(text),
        "text_sha256": journal.fingerprint(text),
        "statement": application_texts.statement(acceptance.CONFIRMATION),
        "start_passed": acceptance.start_passed(draft),
        "correctable": redeclaration.possible(draft),
        "errors": errors,
    }
    return _page(session, draft, "offer", context), status


def _declaration_page(session: Session, draft: Draft, context: Mapping[str, Any]) -> str:
    read = statements.health(session, draft, current_language())
    text_sha256 = statements.page_hash(read)
    return _page(session, draft, "declaration", {**context, "text_sha256": text_sha256})


def _thread_page(session: Session, draft: Draft, form: AnswerForm) -> str:
    context = {
        "form": form,
        "messages": questions.thread(session, draft.application),
        "appeal": appeals.of(session, draft.application),
        "wanted": files.wanted(session, draft.application),
        "files": files.of(session, draft.application.ref),
    }
    return _page(session, draft, "questions", context)


def _page(session: Session, draft: Draft, name: str, context: Mapping[str, Any]) -> str:
    """A page of these, recorded as it was shown (E-01)."""
    shown = {"errors": [], **context, "draft": draft, "application": draft.application}
    if "form" in context:
        shown["errors"] = errors_of(context["form"])
    body = render_template(f"applications/decisions/_{name}.html", **shown)
    title = page_title(name)
    journal.page_shown(
        session, draft, name, body, current_language(),
        title=title, errors=shown["errors"], text_sha256=shown.get("text_sha256", ""),
    )  # fmt: skip
    return render_template("applications/decisions/page.html", **shown, title=title, body=body)
