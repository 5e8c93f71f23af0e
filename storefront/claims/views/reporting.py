"""Where a report begins: one's own policies, or a policy by its number and an identity number."""

from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from storefront import clock
from storefront.access import customer, public
from storefront.catalog import service as catalog
from storefront.claims.forms import FindForm
from storefront.claims.service import access, contract
from storefront.claims.service import reporting as service
from storefront.claims.views import blueprint
from storefront.claims.views.common import let_in
from storefront.db import db, transaction
from storefront.extensions import current_language, limiter
from storefront.policies import service as policies

Page = str | tuple[str, int] | BaseResponse
FIND_LIMIT = "5 per minute; 30 per day"
NUMBER_LIMIT = "10 per day"  # guesses at one policy, wherever they come from


@blueprint.get("/new")
@public
def new() -> str:
    """What to do now, and which policy it is about."""
    return _choose(FindForm())


@blueprint.post("/new/begin")
@customer
def begin() -> BaseResponse:
    """A report about one of the customer's own policies; an unfinished one is taken up again."""
    now = clock.now()
    with transaction() as database:
        number = request.form.get("policy", "")
        policy = policies.own_by_key(database, number, current_user.id)
        waiting = access.open_reports(database, current_user.id, now)
        known = next((report for report in waiting if report.policy_id == policy.id), None)
        report = known or service.begin(database, policy, current_user.id, current_language(), now)
        ref, step = report.ref, service.first_open(report)
    return redirect(url_for("claims.step", ref=ref, step=step), 303)


@blueprint.post("/new/find")
@public
@limiter.limit(FIND_LIMIT)
@limiter.limit(NUMBER_LIMIT, key_func=lambda: f"claim:{_number()}")
def find() -> Page:
    """A report about a policy somebody else holds; says nothing until both numbers fit."""
    form = FindForm()
    if not form.validate_on_submit():
        return _choose(form), 422
    now = clock.now()
    with transaction() as database:
        policy = contract.find_with_identity(database, form.number.data, form.id_number.data)
        if policy is None:
            form.number.errors = [_("These two numbers do not belong to a policy with us.")]
            return _choose(form), 422
        customer_id = current_user.id if current_user.is_authenticated else None
        report = service.begin(database, policy, customer_id, current_language(), now)
        ref = report.ref
    if customer_id is None:
        let_in(ref)
    return redirect(url_for("claims.step", ref=ref, step="what"), 303)


@blueprint.get("/link/<string:token>")
@public
@limiter.limit("30 per minute")
def link(token: str) -> BaseResponse:
    """The way back to a claim for somebody without an account: the link in the mail."""
    found = access.by_token(db.session, token)
    if found is None:
        abort(404)
    let_in(found.ref)
    return redirect(url_for("claims.show", ref=found.ref))


def _number() -> str:
    """The policy number that is guessed at, as it is looked up."""
    return contract.plain_number(request.form.get("number", ""))[:60]


def _choose(form: FindForm) -> str:
    database, now = db.session, clock.now()
    own, reports = [], []
    if current_user.is_authenticated:
        wanted = request.args.get("policy")
        own = [
            (policy, definition)
            for policy, definition in policies.own(database, current_user.id)
            if (policy.number or policy.state == "issuing") and wanted in (None, policy.number)
        ]
        reports = access.open_reports(database, current_user.id, now)
    return render_template(
        "claims/new.html",
        form=form,
        policies=own,
        reports=reports,
        insurers=catalog.insurers(database, now),
    )
