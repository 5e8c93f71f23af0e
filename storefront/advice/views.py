"""Pages of the advice: the questions, and the assessment under its unguessable address."""

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock
from storefront.access import public
from storefront.advice import browser, service
from storefront.advice.form import filled_groups, summary
from storefront.advice.models import SuitabilityRecord
from storefront.advice.questions import given, questionnaire
from storefront.catalog.faults import AnswersInvalid
from storefront.db import db, transaction
from storefront.extensions import current_language, limiter

blueprint = Blueprint("advice", __name__)
SAVES_PER_ADDRESS = "60 per minute"


@blueprint.get("/advice")
@public
def index() -> str:
    """The questions, empty or as an earlier assessment answered them."""
    questions, raw = questionnaire(), {}
    if ref := request.args.get("from"):
        raw = service.raw_of(service.get(db.session, ref))
    return render_template("advice/index.html", groups=filled_groups(questions, raw), errors=[])


@blueprint.post("/advice")
@public
@limiter.limit(SAVES_PER_ADDRESS)
def save() -> AnyResponse | tuple[str, int]:
    """Assesses the answers, keeps the assessment and what is shown of it."""
    now, questions = clock.now(), questionnaire()
    raw = given(questions, request.form)
    try:
        with transaction() as session:
            customer_id = current_user.id if current_user.is_authenticated else None
            record = service.assess(session, raw, customer_id, now)
            service.record_shown(session, record, _body(record), current_language(), now)
            ref = record.ref
    except AnswersInvalid as invalid:
        page = render_template(
            "advice/index.html",
            groups=filled_groups(questions, raw, invalid.faults),
            errors=summary(questions, invalid.faults),
        )
        return page, 422
    response = redirect(url_for("advice.show", ref=ref), 303)
    browser.remember(response, ref)
    return response


@blueprint.post("/advice/fields")
@public
def fields() -> str:
    """The fields that appear or vanish with the answers so far: what htmx asks for."""
    questions = questionnaire()
    groups = filled_groups(questions, given(questions, request.form))
    asked, visible = request.form.get("asked", "").split(), request.form.getlist("visible")
    return render_template(
        "advice/_changed.html",
        changed=[
            item
            for group, items in groups
            if group.code in asked
            for item in items
            if item.visible != (item.field.key in visible)
        ],
    )


@blueprint.get("/advice/<string:ref>")
@public
def show(ref: str) -> Response:
    """An assessment as it was made; who has the address may see it, and it holds no names."""
    record = service.get(db.session, ref)
    page = make_response(render_template("advice/show.html", record=record, body=_body(record)))
    page.headers["X-Robots-Tag"] = "noindex"
    return page


def _body(record: SuitabilityRecord) -> str:
    return render_template("advice/_result.html", record=record, result=service.result_of(record))
