"""Pages of policies: the customer's own, the clauses, and the public check whether one is genuine."""

from datetime import date, datetime, timedelta

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as BaseResponse

from storefront import clock, files
from storefront.access import customer, public
from storefront.catalog import service as catalog
from storefront.crypto import sha256
from storefront.db import transaction
from storefront.errors import NotFound
from storefront.extensions import csrf, current_language, limiter
from storefront.pages import day
from storefront.policies import archive, checking, insurer_client, printing, rules, service
from storefront.policies.forms import LARGEST_FILE, CodeForm, FileForm
from storefront.policies.models import Policy

CHECK_LIMIT = "30 per minute"
UPLOAD_LIMIT = "6 per minute"
FORM_OVERHEAD = 64 * 1024
LARGEST_ANSWER = 64 * 1024

blueprint = Blueprint("policies", __name__)


@blueprint.get("/policies/")
@customer
def index() -> str:
    """The customer's policies, also those the insurer has yet to issue."""
    with transaction() as session:
        found = [
            (policy, definition, standing(policy))
            for policy, definition in service.own(session, current_user.id)
        ]
        waiting = any(
            policy.state == "issuing"
            or (policy.state == "in_force" and policy.delivered_at is None)
            for policy, _definition, _standing in found
        )
        return render_template("policies/index.html", policies=found, waiting=waiting)


@blueprint.get("/policies/<string:number>")
@customer
def show(number: str) -> str:
    """Everything about one policy."""
    settings = current_app.extensions["settings"]
    with transaction() as session:
        policy = service.get_own(session, number, current_user.id)
        bundle = catalog.get(session, policy.product_code, policy.product_version)
        insurer = archive.insurer_profile(session, policy.insurer_code)
        changes = service.transactions_of(session, policy)
        schedule = printing.schedule(
            policy,
            changes[-1].content,
            bundle,
            insurer,
            settings,
            language=current_language(),
        )
        return render_template(
            "policies/show.html",
            policy=policy,
            schedule=schedule,
            definition=bundle.definition,
            standing=standing(policy),
            changes=changes,
            document=service.document_of(session, policy),
            cooling_off_ends=_cooling_off_ends(policy, bundle.definition.cooling_off_days),
        )


@blueprint.get("/policies/<string:number>/document.pdf")
@customer
def document(number: str) -> BaseResponse:
    """The signed policy."""
    with transaction() as session:
        policy = service.get_own(session, number, current_user.id)
        found = service.document_of(session, policy)
        if found is None:
            raise NotFound(_("The document of this policy is being made; please try again soon."))
        digest = found.sha256
    return _pdf(digest, f"{number}.pdf", "private, no-cache")


@blueprint.get("/products/<string:code>/clauses.pdf")
@public
def clauses(code: str) -> BaseResponse:
    """The clauses of the product version on sale, in the visitor's language."""
    with transaction() as session:
        bundle = catalog.current(session, code, clock.now())
        insurer = archive.insurer_profile(session, bundle.definition.insurer)
    found = archive.clauses(bundle, insurer, current_language())
    return _pdf(found.sha256, f"{code}-clauses.pdf", "public, no-cache", found.data)


@blueprint.get("/verify/")
@public
def verify() -> str:
    """Where anybody checks a policy, by its code or its file."""
    return render_template("policies/verify.html", code_form=CodeForm(), file_form=FileForm())


@blueprint.post("/verify/code")
@limiter.limit(CHECK_LIMIT)
@public
def verify_typed_code() -> str | BaseResponse | tuple[str, int]:
    """To the page of a code that was typed."""
    form = CodeForm()
    if not form.validate_on_submit():
        page = render_template("policies/verify.html", code_form=form, file_form=FileForm())
        return page, 422
    code = checking.clean_code(form.code.data)
    return redirect(url_for("policies.verify_code", code=code), 303)


@blueprint.get("/verify/<string:code>")
@limiter.limit(CHECK_LIMIT)
@public
def verify_code(code: str) -> str | tuple[str, int]:
    """What the QR code of a policy leads to: genuine, and in force? Nothing personal (V-01)."""
    cleaned = checking.clean_code(code)
    with transaction() as session:
        policy = service.by_verify_code(session, cleaned)
        if policy is None:
            mistyped = not checking.is_code(cleaned)
            return render_template("policies/unknown.html", mistyped=mistyped), 404
        return _verified(session, policy, "code")


@blueprint.post("/verify/file")
@limiter.limit(UPLOAD_LIMIT)
@public
def verify_file() -> str | tuple[str, int]:
    """Whether a file is exactly the document we keep, an altered one, or not ours."""
    request.max_content_length = LARGEST_FILE + FORM_OVERHEAD
    form = FileForm()
    if not form.validate_on_submit():
        page = render_template("policies/verify.html", code_form=CodeForm(), file_form=form)
        return page, 422
    data = form.file.data.read()
    digest = sha256(data)
    with transaction() as session:
        known = service.by_document(session, digest) is not None
    report = None if known else archive.verify(current_app.extensions["settings"], data)
    with transaction() as session:
        result = checking.judge_file(session, digest, report)
        if result.outcome == checking.GENUINE and result.policy is not None:
            return _verified(session, result.policy, "file")
        return render_template("policies/doubtful.html", outcome=result.outcome)


@blueprint.post("/insurers/answers")
@public
def insurer_answers() -> tuple[str, int]:
    """An insurer says that it has decided: it is asked again, so that nothing rests on this message."""
    request.max_content_length = LARGEST_ANSWER
    body = request.get_data(cache=False)
    said = insurer_client.read_notice(body)
    with transaction() as session:
        policy = service.awaiting_issue(session, said) if said else None
        if policy is None:
            return "", 204
        settings = current_app.extensions["settings"]
        header = request.headers.get(insurer_client.HEADER, "")
        if not insurer_client.is_signed(settings, policy.insurer_code, header, body, clock.now()):
            raise BadRequest
        service.ask_insurer(session, policy)
    return "", 204


csrf.exempt(insurer_answers)  # insurers sign their messages instead


@blueprint.app_template_filter()
def last_day(end_at: datetime) -> str:
    """The last day that belongs to a period, of which `end_at` is the first moment after it."""
    return day(end_at - timedelta(seconds=1))


def standing(policy: Policy) -> str:
    """What a policy is now, by its state and the calendar."""
    return rules.standing(policy.state, policy.start_at, policy.end_at, clock.now())


def _verified(session: Session, policy: Policy, by: str) -> str:
    bundle = catalog.get(session, policy.product_code, policy.product_version)
    return render_template(
        "policies/verified.html",
        policy=policy,
        by=by,
        number=checking.masked_number(policy.number or ""),
        definition=bundle.definition,
        insurer=archive.insurer_profile(session, policy.insurer_code),
        standing=standing(policy),
    )


def _cooling_off_ends(policy: Policy, days: int) -> date | None:
    if policy.delivered_at is None:
        return None
    return rules.cooling_off_ends(clock.local_date(policy.delivered_at), days)


def _pdf(digest: str, name: str, caching: str, data: bytes | None = None) -> BaseResponse:
    """A stored PDF, or `304` where the browser has it already."""
    response = Response(mimetype="application/pdf")
    response.set_etag(digest)
    response.headers["Cache-Control"] = caching
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    if not request.if_none_match.contains(digest):
        response.data = files.store().get(digest) if data is None else data
    return response.make_conditional(request)
