"""The short steps of a report, each kept at once, and sending it."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice
from wtforms.form import BaseForm

from storefront import clock
from storefront.access import public
from storefront.catalog.definition import ProductDefinition
from storefront.claims import texts
from storefront.claims.forms import ReporterForm, SendForm, WhatForm, WhereForm, values_of
from storefront.claims.models import Claim, ClaimReport
from storefront.claims.service import access, contract
from storefront.claims.service import reporting as service
from storefront.claims.views import blueprint
from storefront.claims.views.common import let_in, visitor
from storefront.crypto import sha256
from storefront.db import db, transaction
from storefront.errors import NotFound
from storefront.extensions import current_language, limiter
from storefront.identity import mask_name
from storefront.pages import text
from storefront.policies import service as policies
from storefront.policies.models import Policy

Page = str | tuple[str, int] | Response
FORMS: dict[str, type[BaseForm]] = {"what": WhatForm, "where": WhereForm, "reporter": ReporterForm}
SAVE_LIMIT = "120 per minute"


@blueprint.get("/new/<string:ref>/<any(what, where, reporter, check):step>")
@public
def step(ref: str, step: str) -> Page:
    """One step of a report, filled with what is kept."""
    report = access.report(db.session, ref, visitor(), clock.now())
    if report.claim_id is not None:
        return _to_claim(report)
    first = service.first_open(report)
    if step == "check":
        if first != "check":
            return redirect(url_for("claims.step", ref=ref, step=first))
        return _check_page(report, SendForm())
    if _place(step) > _place(first):
        return redirect(url_for("claims.step", ref=ref, step=first))
    return _page(report, step, _form(report, step))


@blueprint.post("/new/<string:ref>/<any(what, where, reporter):step>")
@public
@limiter.limit(SAVE_LIMIT)
def save(ref: str, step: str) -> Page:
    """Keeps a step and goes on; what is wrong is said, and what was typed is kept all the same."""
    now = clock.now()
    with transaction() as session:
        report = access.report(session, ref, visitor(), now, locked=True)
        if report.claim_id is not None:
            return _to_claim(report)
        form = _form(report, step)
        fine = bool(form.validate())
        service.save(report, step, _values(report, step, form), now, complete=fine)
        if not fine:
            return _page(report, step, form), 422
        following = service.first_open(report)
    return redirect(url_for("claims.step", ref=ref, step=following), 303)


@blueprint.post("/new/<string:ref>/<any(what, where, reporter):step>/keep")
@public
@limiter.limit(SAVE_LIMIT)
def keep(ref: str, step: str) -> tuple[str, int]:
    """Keeps what is typed so far, without judging it: a lost connection loses nothing."""
    now = clock.now()
    with transaction() as session:
        report = access.report(session, ref, visitor(), now, locked=True)
        # What is sent in the background may arrive after the step itself: what was judged stays.
        if report.claim_id is None and not service.is_done(report, step):
            values = _values(report, step, _form(report, step))
            service.save(report, step, values, now, complete=False)
    return "", 204


@blueprint.post("/new/<string:ref>/send")
@public
@limiter.limit("10 per minute")
def send(ref: str) -> Page:
    """Makes the claim; sending the same report again leads to the same claim."""
    now = clock.now()
    with transaction() as session:
        report = access.report(session, ref, visitor(), now, locked=True)
        if report.claim_id is not None:
            return _to_claim(report)
        form, summary = SendForm(), _summary(report)
        if not form.validate_on_submit():
            return _check_page(report, form), 422
        if request.form.get("shown") != sha256(summary.encode()):
            flash(
                _("Something was changed meanwhile; please look at the report once more."),
                "warning",
            )
            return redirect(url_for("claims.step", ref=ref, step="check"), 303)
        shown = service.Shown(summary, texts.consent(), current_language())
        sent = service.send(session, report, shown, now)
        ref = sent.claim.ref
        if sent.claim.customer_id is None:
            let_in(ref)
    flash(_("Your report has arrived."), "success")
    return redirect(url_for("claims.show", ref=ref), 303)


def _form(report: ClaimReport, step: str) -> Any:
    kept = report.content.get(step, {})
    form = FORMS[step](data=kept) if request.method == "GET" else FORMS[step]()
    definition = _definition(report)
    if step == "what":
        _offer_choices(form, report, definition)
    elif step == "reporter":
        roles = texts.roles()
        if report.customer_id is not None:  # whoever holds the policy reports from its own account
            del roles["policyholder"]
        form.role.choices = [SelectChoice(slug, name) for slug, name in roles.items()]
        if _is_holder(report):
            del form.role
    return form


def _values(report: ClaimReport, step: str, form: Any) -> dict[str, str]:
    known = {"role": "policyholder"} if step == "reporter" and _is_holder(report) else {}
    return values_of(form) | known


def _offer_choices(form: Any, report: ClaimReport, definition: ProductDefinition) -> None:
    form.claim_type.choices = [
        SelectChoice(item.code, text(item.name)) for item in definition.claim_types
    ]
    changes = policies.transactions_of(db.session, db.session.get_one(Policy, report.policy_id))
    people = contract.insured_of(changes[-1].content)
    if people:
        shown = str if report.customer_id and _is_holder(report) else mask_name
        form.person.choices = [
            SelectChoice(str(place), shown(person["name"])) for place, person in enumerate(people)
        ]
        del form.person_name
    else:
        del form.person
        if definition.line == "cyber":
            del form.person_name


def _is_holder(report: ClaimReport) -> bool:
    """Whether the account that holds the policy reports as its policyholder."""
    policy = db.session.get_one(Policy, report.policy_id)
    own = report.customer_id is not None and report.customer_id == policy.customer_id
    return own and report.content.get("reporter", {}).get("role") == "policyholder"


def _definition(report: ClaimReport) -> ProductDefinition:
    policy = db.session.get_one(Policy, report.policy_id)
    return contract.bundle_of(db.session, policy).definition


def _page(report: ClaimReport, step: str, form: Any) -> str:
    definition = _definition(report)
    return render_template(
        f"claims/steps/{step}.html",
        report=report,
        step=step,
        form=form,
        definition=definition,
        progress=_progress(report, step),
        advice=texts.first_steps(definition.line),
        notices=_notices(report) if step != "what" else [],
        today=clock.local_date(clock.now()).isoformat(),
    )


def _check_page(report: ClaimReport, form: SendForm) -> str:
    form.consent.label.text = texts.consent()
    summary = _summary(report)
    return render_template(
        "claims/steps/check.html",
        report=report,
        form=form,
        definition=_definition(report),
        progress=_progress(report, "check"),
        notices=[],
        summary=summary,
        shown=sha256(summary.encode()),
    )


def _summary(report: ClaimReport) -> str:
    """What is sent, as HTML: shown, and kept as evidence of what was shown."""
    what = report.content["what"]
    definition = _definition(report)
    people = _people(report)
    name = what.get("person_name", "")
    if what.get("person", "").isdecimal() and int(what["person"]) < len(people):
        name = people[int(what["person"])]["name"]
        name = name if _is_holder(report) else mask_name(name)
    return render_template(
        "claims/_summary.html",
        report=report,
        what=what,
        where=report.content["where"],
        reporter=report.content["reporter"],
        role=texts.roles()[report.content["reporter"]["role"]],
        claim_type=contract.type_of(definition, what["claim_type"]),
        definition=definition,
        person=name,
        notices=_notices(report),
    )


def _people(report: ClaimReport) -> list[dict[str, Any]]:
    changes = policies.transactions_of(db.session, db.session.get_one(Policy, report.policy_id))
    return contract.insured_of(changes[-1].content)


def _notices(report: ClaimReport) -> list[str]:
    if "what" not in report.content.get("done", []):
        return []
    policy = db.session.get_one(Policy, report.policy_id)
    found = service.notices_for(db.session, policy, report.content["what"], clock.now())
    return [texts.notice(item.code, item.day) for item in found]


def _progress(report: ClaimReport, step: str) -> list[dict[str, str]]:
    done = report.content.get("done", [])
    rows = []
    for name, title in texts.steps().items():
        state = "current" if name == step else "done" if name in done else "open"
        reachable = _place(name) <= _place(service.first_open(report))
        url = url_for("claims.step", ref=report.ref, step=name) if reachable else ""
        rows.append({"title": title, "url": url, "state": state})
    return rows


def _place(step: str) -> int:
    return (*service.STEPS, "check").index(step)


def _to_claim(report: ClaimReport) -> Response:
    claim = db.session.get(Claim, report.claim_id)
    if claim is None:
        raise NotFound
    return redirect(url_for("claims.show", ref=claim.ref), 303)
