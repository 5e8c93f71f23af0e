"""A member's own logins, password and recovery codes."""

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from storefront import clock
from storefront.access import current_member, staff
from storefront.accounts import rules as account_rules
from storefront.accounts.rules import device_name
from storefront.accounts.views.common import refuse
from storefront.audit import service as audit
from storefront.db import transaction
from storefront.extensions import limiter
from storefront.staff import login as staff_login
from storefront.staff import second_factor, service
from storefront.staff.forms import CodeForm, OwnPasswordForm
from storefront.staff.models import StaffMember, StaffSession
from storefront.staff.views import blueprint
from storefront.staff.views.entry import wrong_code

Page = str | tuple[str, int]


@blueprint.get("/account")
@staff("home")
def account() -> str:
    """Where one is logged in, and how many recovery codes are left."""
    with transaction() as session:
        return _account_page(session, CodeForm())


@blueprint.post("/account/sessions/<int:session_id>/end")
@staff("home")
def end_session(session_id: int) -> Response:
    """Ends one of one's own logins."""
    with transaction() as session:
        service.end_login(session, current_member().id, session_id, clock.now())
    flash(_("That login has ended."), "success")
    return redirect(url_for("staff.account"), 303)


@blueprint.post("/account/sessions/end")
@staff("home")
def end_other_sessions() -> Response:
    """Ends all of one's logins but this one."""
    with transaction() as session:
        this = session.get_one(StaffSession, g.staff_session_id)
        service.end_logins(session, current_member().id, clock.now(), keep=this)
    flash(_("All other logins have ended."), "success")
    return redirect(url_for("staff.account"), 303)


@blueprint.post("/account/recovery-codes")
@staff("home")
@limiter.limit(account_rules.LOGIN_LIMIT)
def new_recovery_codes() -> Page:
    """New recovery codes in place of the old ones, for who proves the second factor once more."""
    form, now, member = CodeForm(), clock.now(), current_member()
    with transaction() as session:
        if not form.validate_on_submit():
            return _account_page(session, form), 422
        row = session.get_one(StaffMember, member.id)
        address = staff_login.visit().address
        found = second_factor.prove(session, row, form.code.data, address, now)
        if found is not True:
            status = refuse(form.code, found, wrong_code())
            return _account_page(session, form), status
        codes = second_factor.new_recovery_codes(session, row)
        deed = audit.Deed("members.recovery-codes", "member", str(member.id))
        audit.record(session, member.id, deed, now)
    return render_template("staff/recovery_codes.html", codes=codes, target=None)


@blueprint.post("/account/password")
@staff("home")
@limiter.limit(account_rules.LOGIN_LIMIT)
def change_password() -> Page | Response:
    """Another password; all other logins end."""
    form, now, member = OwnPasswordForm(), clock.now(), current_member()
    form.address = member.email
    with transaction() as session:
        if not form.validate_on_submit():
            return _account_page(session, CodeForm(formdata=None), form), 422
        row = session.get_one(StaffMember, member.id)
        old, new = form.present.data, form.password.data
        found = service.change_password(session, row, old, staff_login.visit(), now, new=new)
        if found is not True:
            status = refuse(form.present, found, _("The password is not right."))
            return _account_page(session, CodeForm(formdata=None), form), status
        this = session.get_one(StaffSession, g.staff_session_id)
        service.end_logins(session, member.id, now, keep=this)
    flash(_("The new password counts from now on. All other logins have ended."), "success")
    return redirect(url_for("staff.account"), 303)


def _account_page(session: Session, form: CodeForm, password: OwnPasswordForm | None = None) -> str:
    member = current_member()
    return render_template(
        "staff/account.html",
        form=form,
        password=password or OwnPasswordForm(formdata=None),
        sessions=[
            (row, device_name(row.user_agent or "") or _("Unknown device"))
            for row in service.logins_of(session, member.id, clock.now())
        ],
        current_id=g.staff_session_id,
        codes_left=second_factor.recovery_codes_left(session, member.id),
    )
