"""Pages of the staff: the login and the list of what needs a person."""

import structlog
from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront import clock, jobs
from storefront.access import public, staff
from storefront.accounts import rules as account_rules
from storefront.accounts.service.logins import Wait
from storefront.db import transaction
from storefront.extensions import limiter
from storefront.staff import desk, service
from storefront.staff import login as staff_login
from storefront.staff.forms import LoginForm

blueprint = Blueprint("staff", __name__, url_prefix="/staff")
_log = structlog.get_logger()


@blueprint.route("/login", methods=["GET", "POST"])
@public
@limiter.limit(account_rules.LOGIN_LIMIT, methods=["POST"])
def login() -> str | Response | tuple[str, int]:
    """The staff's own login, apart from that of the customers."""
    form = LoginForm()
    target = account_rules.local_path(request.args.get("next"), request.host)
    if not form.validate_on_submit():
        return render_template("staff/login.html", form=form, target=target)
    with transaction() as session:
        address = request.remote_addr or "127.0.0.1"
        found = service.log_in(session, form.email.data, form.password.data, address, clock.now())
    if isinstance(found, str):
        staff_login.begin(found)
        return redirect(target or url_for("staff.index"), 303)
    if isinstance(found, Wait):
        message = _(
            "Too many failed attempts. Please try again in %(seconds)s seconds.",
            seconds=found.seconds,
        )
    else:
        message = _("E-mail address or password is not right.")
    form.password.errors = [message]
    status = 429 if isinstance(found, Wait) else 422
    return render_template("staff/login.html", form=form, target=target), status


@blueprint.post("/logout")
@public
def logout() -> Response:
    """Ends the login."""
    with transaction() as session:
        staff_login.end(session, clock.now())
    return redirect(url_for("staff.login"), 303)


@blueprint.get("/")
@staff("home")
def index() -> str:
    """What needs a person."""
    with transaction() as session:
        return render_template(
            "staff/desk.html", desk=desk.overview(session), member=g.staff_member
        )


@blueprint.post("/jobs/<int:job_id>/retry")
@staff("jobs")
def retry_job(job_id: int) -> Response:
    """Puts a failed job back into the queue; pressing twice is harmless."""
    with transaction() as session:
        jobs.retry_failed(session, job_id)
    _log.info("staff.job-retried", job_id=job_id, member=g.staff_member.id)
    flash(_("The job runs again."), "success")
    return redirect(url_for("staff.index"), 303)


@blueprint.post("/payments/<ref>/release")
@staff("payments.decide")
def release_payment(ref: str) -> Response:
    """Lets held money lead to its policy."""
    with transaction() as session:
        desk.decide_held(session, ref, g.staff_member, clock.now(), release=True)
    flash(_("The payment is released, and the policy is being issued."), "success")
    return redirect(url_for("staff.index"), 303)


@blueprint.post("/payments/<ref>/refund")
@staff("payments.decide")
def refund_payment(ref: str) -> Response:
    """Sends held money back."""
    with transaction() as session:
        desk.decide_held(session, ref, g.staff_member, clock.now(), release=False)
    flash(_("The money is on its way back."), "success")
    return redirect(url_for("staff.index"), 303)
