"""Logging in and out."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from storefront import clock
from storefront.access import customer, public
from storefront.accounts import login as visitor
from storefront.accounts import rules
from storefront.accounts.forms import LoginForm
from storefront.accounts.models import Customer
from storefront.accounts.service import logins
from storefront.accounts.views import blueprint
from storefront.accounts.views.common import go_on, language, refuse, wanted_path
from storefront.db import transaction
from storefront.extensions import limiter

Page = str | tuple[str, int] | Response


@blueprint.route("/login", methods=["GET", "POST"])
@public
@limiter.limit(rules.LOGIN_LIMIT, methods=["POST"])
def login() -> Page:
    """Logs in and goes on to the page that was wanted."""
    if current_user.is_authenticated:
        return go_on()
    form = LoginForm()
    status = 200
    if form.validate_on_submit():
        now = clock.now()
        with transaction() as session:
            attempt = visitor.attempt(form.email.data, form.password.data)
            outcome = logins.authenticate(session, attempt, now)
            if isinstance(outcome, Customer):
                outcome.language = language()
                visitor.begin(session, outcome, now, remember=form.remember.data)
                return go_on()
        message = _(
            "The address or the password is not right, or the address is not confirmed yet."
        )
        status = refuse(form.password, outcome, message)
    elif form.errors:
        status = 422
    return render_template("accounts/login.html", form=form, next=wanted_path()), status


@blueprint.post("/logout")
@public
def logout() -> Response:
    """Logs out this browser."""
    with transaction() as session:
        visitor.end(session, clock.now())
    flash(_("You are logged out."), "success")
    return redirect(url_for("accounts.login"))


@blueprint.post("/logout-everywhere")
@customer
def logout_everywhere() -> Response:
    """Logs out every browser, this one too."""
    now = clock.now()
    with transaction() as session:
        logins.end_all(session, current_user.id, now)
        visitor.end(session, now)
    flash(_("You are logged out on all devices."), "success")
    return redirect(url_for("accounts.login"))


@blueprint.post("/sessions/<int:session_id>/end")
@customer
def end_session(session_id: int) -> Response:
    """Ends one of the customer's other logins."""
    with transaction() as session:
        logins.end_session(session, current_user.id, session_id, clock.now())
    flash(_("That device is logged out."), "success")
    return redirect(url_for("accounts.security"))
