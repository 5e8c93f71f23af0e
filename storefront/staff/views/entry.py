"""Signing in: password, then the code of an app, which is set up at the first time; signing out."""

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront import clock
from storefront.access import public
from storefront.accounts import rules as account_rules
from storefront.accounts.views.common import refuse
from storefront.db import transaction
from storefront.extensions import limiter
from storefront.staff import login as staff_login
from storefront.staff import second_factor, service
from storefront.staff.forms import CodeForm, LoginForm
from storefront.staff.models import StaffMember
from storefront.staff.views import blueprint

Page = str | Response | tuple[str, int]


@blueprint.route("/login", methods=["GET", "POST"])
@public
@limiter.limit(account_rules.LOGIN_LIMIT, methods=["POST"])
def login() -> Page:
    """The first half: address and password, apart from those of the customers."""
    form = LoginForm()
    if not form.validate_on_submit():
        return render_template("staff/login.html", form=form, target=target()), _status(form)
    with transaction() as session:
        found = service.log_in(
            session, form.email.data, form.password.data, staff_login.visit(), clock.now()
        )
    if isinstance(found, str):
        staff_login.begin_half_way(found)
        return redirect(url_for("staff.second_factor", next=target()), 303)
    status = refuse(form.password, found, _("E-mail address or password is not right."))
    return render_template("staff/login.html", form=form, target=target()), status


@blueprint.route("/login/code", methods=["GET", "POST"], endpoint="second_factor")
@public
@limiter.limit(account_rules.LOGIN_LIMIT, methods=["POST"])
def prove_second_factor() -> Page:
    """The second half: the code of the app or a recovery code."""
    form, now = CodeForm(), clock.now()
    status = _status(form)
    with transaction() as session:
        half = staff_login.half_way(session, now)
        if half is None:
            return _from_the_start()
        if half.member.totp_confirmed_at is None:
            return redirect(url_for("staff.enrol", next=target()), 303)
        if form.validate_on_submit():
            visit = staff_login.visit()
            found = second_factor.prove(session, half.member, form.code.data, visit.address, now)
            if found is True:
                staff_login.begin(service.complete(session, half, visit, now))
                return redirect(target() or url_for("staff.index"), 303)
            status = refuse(form.code, found, wrong_code())
    return render_template("staff/second_factor.html", form=form, target=target()), status


@blueprint.route("/login/set-up", methods=["GET", "POST"])
@public
@limiter.limit(account_rules.LOGIN_LIMIT, methods=["POST"])
def enrol() -> Page:
    """At the first time, the key goes into an app, whose first code completes the login."""
    form, now = CodeForm(), clock.now()
    status = _status(form)
    with transaction() as session:
        half = staff_login.half_way(session, now)
        if half is None or half.member.totp_confirmed_at is not None:
            return _from_the_start()
        key = second_factor.begin_enrolment(session, half.member)
        if form.validate_on_submit():
            visit = staff_login.visit()
            found = second_factor.confirm_enrolment(
                session, half.member, form.code.data, visit.address, now
            )
            if isinstance(found, list):
                staff_login.begin(service.complete(session, half, visit, now))
                return render_template("staff/recovery_codes.html", codes=found, target=target())
            status = refuse(form.code, found, wrong_code())
        page = _enrolment_page(half.member, key, form)
    return page, status


@blueprint.post("/logout")
@public
def logout() -> Response:
    """Ends the login."""
    with transaction() as session:
        staff_login.end(session, clock.now())
    return redirect(url_for("staff.login"), 303)


def target() -> str | None:
    """The page of this site to go on to."""
    return account_rules.local_path(request.args.get("next"), request.host)


def wrong_code() -> str:
    """What is said about a code that does not open."""
    return _("This code is not right, or it was used already. Please enter the next one.")


def _enrolment_page(member: StaffMember, key: str, form: CodeForm) -> str:
    settings = current_app.extensions["settings"]
    address = second_factor.address_for_app(member, settings.brand_en)
    return render_template(
        "staff/enrol.html",
        form=form,
        target=target(),
        picture=second_factor.picture(address),
        key=" ".join(key[at : at + 4] for at in range(0, len(key), 4)),
    )


def _from_the_start() -> Response:
    flash(_("Please log in from the start; the first step was too long ago."), "warning")
    return redirect(url_for("staff.login", next=target()), 303)


def _status(form: Any) -> int:
    return 422 if form.is_submitted() and not form.validate() else 200
