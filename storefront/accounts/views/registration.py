"""Registering, confirming the address, and choosing a new password when the old one is forgotten."""

from flask import redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from storefront import clock, crypto, jobs
from storefront.access import public
from storefront.accounts import login as visitor
from storefront.accounts import rules
from storefront.accounts.forms import ChoosePasswordForm, ConfirmForm, EmailForm, RegisterForm
from storefront.accounts.jobs import send_confirmation_again, send_reset_link
from storefront.accounts.models import Customer
from storefront.accounts.service import credentials, links
from storefront.accounts.service import registration as service
from storefront.accounts.views import blueprint
from storefront.accounts.views.common import go_on, language, link_texts, refuse, wanted_path
from storefront.db import transaction
from storefront.extensions import limiter

Page = str | tuple[str, int] | Response


@blueprint.route("/register", methods=["GET", "POST"])
@public
@limiter.limit(rules.MAIL_LIMIT, methods=["POST"])
def register() -> Page:
    """A new account; the answer is the same whether or not the address has one."""
    if current_user.is_authenticated:
        return go_on()
    form = RegisterForm()
    if form.validate_on_submit():
        with transaction() as session:
            service.register(
                session,
                clock.now(),
                email=form.email.data,
                password=form.password.data,
                language=language(),
                then=wanted_path(),
            )
        return redirect(url_for("accounts.check_mail", next=wanted_path()))
    return _form_page("accounts/register.html", form)


@blueprint.get("/check-mail")
@public
def check_mail() -> Page:
    """Tells that a mail is on its way, to whatever address it was."""
    return render_template("accounts/check_mail.html", next=wanted_path())


@blueprint.route("/confirm-again", methods=["GET", "POST"])
@public
@limiter.limit(rules.MAIL_LIMIT, methods=["POST"])
def confirm_again() -> Page:
    """Another confirmation link, for an account that waits for one."""
    form = EmailForm()
    if form.validate_on_submit():
        with transaction() as session:
            jobs.defer(
                session,
                send_confirmation_again,
                request=crypto.new_token(),
                email=form.email.data,
                language=language(),
                then=wanted_path(),
            )
        return redirect(url_for("accounts.check_mail", next=wanted_path()))
    return _form_page("accounts/confirm_again.html", form)


@blueprint.route("/confirm/<token>", methods=["GET", "POST"])
@public
@limiter.limit(rules.LOGIN_LIMIT, methods=["POST"])
def confirm(token: str) -> Page:
    """Confirms the address; opening the link alone does nothing, since mail programs open links."""
    form = ConfirmForm()
    status = 200
    now = clock.now()
    with transaction() as session:
        state, row = links.find(session, token, ("confirm",), now)
        if row is None or state is not links.LinkState.USABLE:
            return _dead_link(state, url_for("accounts.confirm_again", next=wanted_path()))
        email = row.email
        if form.validate_on_submit():
            outcome = service.confirm(session, row, visitor.attempt(email, form.password.data), now)
            if isinstance(outcome, Customer):
                visitor.begin(session, outcome, now)
                return go_on()
            status = refuse(
                form.password, outcome, _("This is not the password chosen for this address.")
            )
    page = render_template(
        "accounts/confirm.html", form=form, email=email, token=token, next=wanted_path()
    )
    return page, 422 if form.errors and status == 200 else status


@blueprint.route("/forgot-password", methods=["GET", "POST"])
@public
@limiter.limit(rules.MAIL_LIMIT, methods=["POST"])
def forgot_password() -> Page:
    """Asks for a link to choose a new password; the answer is the same for every address."""
    form = EmailForm()
    if form.validate_on_submit():
        with transaction() as session:
            jobs.defer(
                session,
                send_reset_link,
                request=crypto.new_token(),
                email=form.email.data,
                language=language(),
            )
        return redirect(url_for("accounts.check_mail"))
    return _form_page("accounts/forgot_password.html", form)


@blueprint.route("/choose-password/<token>", methods=["GET", "POST"])
@public
@limiter.limit(rules.LOGIN_LIMIT, methods=["POST"])
def choose_password(token: str) -> Page:
    """Sets a new password through the link and logs in."""
    form = ChoosePasswordForm()
    now = clock.now()
    with transaction() as session:
        state, row = links.find(session, token, ("reset",), now)
        if row is None or state is not links.LinkState.USABLE:
            return _dead_link(state, url_for("accounts.forgot_password"))
        form.email = row.email
        if form.validate_on_submit():
            owner = credentials.reset_password(session, row, form.password.data, now)
            visitor.begin(session, owner, now)
            return go_on()
    return _form_page("accounts/choose_password.html", form)


def _form_page(template: str, form: RegisterForm | EmailForm | ChoosePasswordForm) -> Page:
    page = render_template(template, form=form, next=wanted_path())
    return page, 422 if form.errors else 200


def _dead_link(state: links.LinkState, again: str) -> Page:
    title, advice = link_texts(state)
    page = render_template(
        "accounts/link.html",
        title=title,
        advice=advice,
        again=None if state is links.LinkState.USED else again,
    )
    return page, 200 if state is links.LinkState.USED else 410
