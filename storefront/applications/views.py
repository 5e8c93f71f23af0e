"""Pages of the application: begin, the steps, where it stands, withdraw."""

from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from storefront import clock
from storefront.access import customer
from storefront.applications import journal, rules, service, statements
from storefront.applications.attached import STEP as DOCUMENTS
from storefront.applications.consent.step import STEP as CONSENT
from storefront.applications.decisions import status
from storefront.applications.diligence.step import STEP as DILIGENCE
from storefront.applications.draft import Draft, open_draft
from storefront.applications.forms import RELATIONS
from storefront.applications.step_company import STEP as POLICYHOLDER
from storefront.applications.step_controls import STEP as CONTROLS
from storefront.applications.step_cover import STEP as COVER
from storefront.applications.step_employees import STEP as EMPLOYEES
from storefront.applications.step_insured import STEP as INSURED
from storefront.applications.step_other_cover import STEP as OTHER_COVER
from storefront.applications.step_people import BENEFICIARIES
from storefront.applications.step_rest import STEPS
from storefront.applications.step_suitability import STEPS as SUITABILITY
from storefront.applications.steps import Step, StepInvalid, confirmation
from storefront.applications.titles import state_names, step_title
from storefront.catalog import service as catalog
from storefront.db import db, transaction
from storefront.errors import Refused
from storefront.extensions import current_language
from storefront.identity import mask_id_number
from storefront.pages import main_of
from storefront.quotes import service as quotes

blueprint = Blueprint("applications", __name__)
Errors = list[tuple[str, str]]

ALL_STEPS: dict[str, Step] = {
    **{name: confirmation(name) for name in rules.STATEMENTS},
    "cover": COVER,
    "policyholder": POLICYHOLDER,
    "insured": INSURED,
    "other-cover": OTHER_COVER,
    "consent": CONSENT,
    "beneficiaries": BENEFICIARIES,
    "controls": CONTROLS,
    "diligence": DILIGENCE,
    "documents": DOCUMENTS,
    "employees": EMPLOYEES,
    **STEPS,
    **SUITABILITY,
}


@blueprint.get("/applications/")
@customer
def index() -> str:
    """The customer's applications, newest first."""
    found = service.own(db.session, current_user.id)
    names = {
        (row.product_code, row.product_version): catalog.get(
            db.session, row.product_code, row.product_version
        ).definition.marketing_name
        for row in found
    }
    return render_template(
        "applications/index.html", applications=found, names=names, state_names=state_names()
    )


@blueprint.post("/applications/begin/<string:quote_ref>")
@customer
def begin(quote_ref: str) -> Response:
    """Starts an application from a quote; a second press opens the same one."""
    with transaction() as session:
        quote = quotes.get(session, quote_ref)
        try:
            application = service.begin(
                session, quote, current_user.id, current_language(), clock.now()
            )
        except Refused as refused:
            raise Refused(
                _("This quote can no longer be used. Please calculate the premium again.")
            ) from refused
        ref = application.ref
    return redirect(url_for("applications.show", ref=ref), 303)


@blueprint.get("/applications/<string:ref>")
@customer
def show(ref: str) -> Response | str:
    """Where the application stands; a draft opens at its first open step."""
    now = clock.now()
    with transaction() as session:
        draft = _current(session, ref, now)
        application = draft.application
        if application.state == "draft":
            return redirect(url_for("applications.step", ref=ref, step=draft.first_open))
        if application.state == "counter_offered":
            return redirect(url_for("decisions.offer", ref=ref))
        context = {
            "draft": draft,
            "application": application,
            "payable": service.payable(application, now),
            **status.context(session, draft),
            "period": service.period_of(draft),
        }
        page = render_template("applications/status.html", **context)
        title = state_names()[application.state]
        journal.page_shown(session, draft, "status", main_of(page), current_language(), title=title)
        return page


@blueprint.get("/applications/<string:ref>/<string:step>")
@customer
def step(ref: str, step: str) -> Response | str:
    """One step, shown and recorded as shown."""
    now = clock.now()
    with transaction() as session:
        draft = _current(session, ref, now)
        if draft.application.state != "draft" or not draft.may_open(step):
            return redirect(url_for("applications.show", ref=ref))
        context = ALL_STEPS[step].show(session, draft, current_language())
        return _recorded_page(session, draft, step, context, [])


@blueprint.post("/applications/<string:ref>/<string:step>")
@customer
def save(ref: str, step: str) -> Response | tuple[str, int]:
    """Saves one step. Whatever cannot be saved is shown again as it was typed."""
    now, language = clock.now(), current_language()
    if step not in ALL_STEPS:
        return redirect(url_for("applications.show", ref=ref), 303)
    revision = request.form.get("revision", type=int, default=0)
    try:
        with transaction() as session:
            draft = service.lock_draft(session, ref, current_user.id, revision, now)
            if not draft.may_open(step):
                return redirect(_address(ref, "status"), 303)
            following = ALL_STEPS[step].save(session, draft, request.form, language)
    except StepInvalid as invalid:
        return _again(ref, step, invalid, 422 if invalid.errors else 200)
    except service.StaleForm:
        stale = [
            (
                "revision",
                _(
                    "This application was changed in another window. What you typed here is not saved yet: please check it and save again."
                ),
            )
        ]
        return _again(ref, step, StepInvalid(stale), 409)
    except service.PriceChanged:
        flash(
            _(
                "The premium has changed since the page was opened. Please check it and confirm again."
            ),
            "warning",
        )
        following = "summary"
    return redirect(_address(ref, following), 303)


@blueprint.post("/applications/<string:ref>/withdraw")
@customer
def withdraw(ref: str) -> Response:
    """The customer gives the application up."""
    with transaction() as session:
        application = service.lock(session, service.get_own(session, ref, current_user.id).id)
        if "withdrawn" not in rules.TRANSITIONS[application.state] or application.state == "paid":
            raise Refused(_("This application can no longer be withdrawn."))
        service.withdraw(session, application, clock.now())
    flash(_("The application is withdrawn."), "success")
    return redirect(url_for("applications.index"), 303)


@blueprint.post("/applications/<string:ref>/reopen")
@customer
def reopen(ref: str) -> Response:
    """Back to the steps, to change something before paying."""
    with transaction() as session:
        application = service.lock(session, service.get_own(session, ref, current_user.id).id)
        if application.state not in rules.CHANGEABLE:
            raise Refused(_("This application can no longer be changed."))
        service.reopen(session, application, clock.now())
    return redirect(url_for("applications.show", ref=ref), 303)


def _current(session: Session, ref: str, now: datetime) -> Draft:
    """The customer's application; one that nobody touched for too long ends here."""
    application = service.get_own(session, ref, current_user.id)
    service.expire_if_due(session, application, now)
    return open_draft(session, application, now)


def _again(ref: str, step: str, invalid: StepInvalid, status: int) -> Response | tuple[str, int]:
    """The step once more with its errors and everything that was typed."""
    now = clock.now()
    with transaction() as session:
        draft = _current(session, ref, now)
        if draft.application.state != "draft" or not draft.may_open(step):
            return redirect(url_for("applications.show", ref=ref), 303)
        shown = ALL_STEPS[step].show(session, draft, current_language())
        context = {**shown, **invalid.context, "typed": request.form}
        return _recorded_page(session, draft, step, context, invalid.errors), status


def _recorded_page(
    session: Session, draft: Draft, step: str, context: dict[str, Any], errors: Errors
) -> str:
    """The page of a step, recorded as it is shown (E-01)."""
    language, title = current_language(), step_title(step, draft.definition.line)
    read = ALL_STEPS[step].read(session, draft, language)
    text_sha256 = statements.page_hash(read)
    body = _body(draft, step, context, errors)
    journal.page_shown(
        session, draft, step, body, language, title=title, errors=errors, text_sha256=text_sha256
    )
    return render_template(
        "applications/step.html",
        draft=draft,
        step=step,
        body=body,
        text_sha256=text_sha256,
        progress=_progress(draft, step),
        title=title,
        errors=errors,
        relations=RELATIONS,
        own_forms=context.get("own_forms", False),
    )


def _body(draft: Draft, step: str, context: dict[str, Any], errors: Errors) -> str:
    template = ALL_STEPS[step].template or step
    return render_template(
        f"applications/steps/{template}.html",
        **{"typed": MultiDict(), **context},
        draft=draft,
        step=step,
        errors=errors,
        error_of=dict(reversed(errors)),
    )


def _address(ref: str, step: str) -> str:
    """Where a step is; after submission, where the application stands."""
    if step == "status":
        return url_for("applications.show", ref=ref)
    return url_for("applications.step", ref=ref, step=step)


def _progress(draft: Draft, step: str) -> list[dict[str, str]]:
    ref = draft.application.ref
    rows = []
    for name in draft.steps:
        done = rules.done(draft.definition, draft.facts, name)
        state = "current" if name == step else "done" if done else "open"
        url = url_for("applications.step", ref=ref, step=name) if draft.may_open(name) else ""
        rows.append({"title": step_title(name, draft.definition.line), "url": url, "state": state})
    return rows


blueprint.add_app_template_global(state_names, "application_states")
blueprint.add_app_template_filter(mask_id_number, "masked_id")
