"""Password, e-mail address and the devices that are logged in."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from storefront import clock
from storefront.access import customer, public
from storefront.accounts import login as visitor
from storefront.accounts import rules
from storefront.accounts.forms import ChangeEmailForm, ChangePasswordForm
from storefront.accounts.service import credentials, links, logins
from storefront.accounts.views import blueprint
from storefront.accounts.views.common import link_texts, refuse
from storefront.db import db, transaction
from storefront.extensions import limiter

Page = str | tuple[str, int] | Response


@blueprint.get("/security")
@customer
def security() -> Page:
    """Where one is logged in, and the ways to change how."""
    current = visitor.current_session()
    return render_template(
        "accounts/security.html",
        sessions=[
            (row, rules.device_name(row.user_agent) or _("Unknown device"))
            for row in logins.sessions_of(db.session, current_user.id, clock.now())
        ],
        current_id=current.id if current else None,
    )


@blueprint.route("/password", methods=["GET", "POST"])
@customer
@limiter.limit(rules.LOGIN_LIMIT, methods=["POST"])
def change_password() -> Page:
    """A new password; every other device is logged out."""
    form = ChangePasswordForm()
    form.email = current_user.email
    status = 200
    if form.validate_on_submit():
        with transaction() as session:
            outcome = credentials.change_password(
                session,
                current_user,
                visitor.attempt(form.email, form.present.data),
                clock.now(),
                new_password=form.password.data,
                keep=visitor.current_session(),
            )
        if outcome is True:
            flash(_("Your password is changed, and other devices are logged out."), "success")
            return redirect(url_for("accounts.security"))
        status = refuse(form.present, outcome, _("This is not your present password."))
    page = render_template("accounts/change_password.html", form=form)
    return page, 422 if form.errors and status == 200 else status


@blueprint.route("/email", methods=["GET", "POST"])
@customer
@limiter.limit(rules.MAIL_LIMIT, methods=["POST"])
def change_email() -> Page:
    """A new e-mail address, to be confirmed at the present one and at the new one."""
    form = ChangeEmailForm()
    status = 200
    if form.validate_on_submit():
        with transaction() as session:
            outcome = credentials.request_email_change(
                session,
                current_user,
                visitor.attempt(current_user.email, form.present.data),
                clock.now(),
                new_email=form.email.data,
            )
        if outcome is True:
            flash(
                _("We wrote to both addresses; the change is made once both are confirmed."),
                "success",
            )
            return redirect(url_for("accounts.security"))
        status = refuse(form.present, outcome, _("This is not your present password."))
    page = render_template("accounts/change_email.html", form=form)
    return page, 422 if form.errors and status == 200 else status


@blueprint.route("/email/<token>", methods=["GET", "POST"])
@public
def confirm_email_change(token: str) -> Page:
    """Confirms a change of address from one of its two sides."""
    with transaction() as session:
        state, row = links.find(session, token, ("email-old", "email-new"), clock.now())
        if row is None or state is not links.LinkState.USABLE:
            title, advice = link_texts(state)
            page = render_template("accounts/link.html", title=title, advice=advice, again=None)
            return page, 200 if state is links.LinkState.USED else 410
        if request.method == "GET":
            return render_template("accounts/confirm_email.html", email=row.email, token=token)
        changed = credentials.confirm_email_change(session, row, clock.now())
    title = _("Your e-mail address is changed") if changed else _("Half of it is done")
    advice = (
        _("From now on you log in with the new address.")
        if changed
        else _("Now please open the link we sent to the other address as well.")
    )
    return render_template("accounts/link.html", title=title, advice=advice, again=None)
