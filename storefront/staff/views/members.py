"""Who works here: inviting, roles, leaving; and the page on which somebody accepts an invitation."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from storefront import clock
from storefront.access import current_member, public, staff
from storefront.accounts import rules as account_rules
from storefront.db import transaction
from storefront.errors import NotFound, Refused
from storefront.extensions import limiter
from storefront.staff import approvals, kinds, service
from storefront.staff import login as staff_login
from storefront.staff import members as people
from storefront.staff.forms import InvitationForm, LeaveForm, NewPasswordForm, RolesForm
from storefront.staff.models import StaffMember
from storefront.staff.views import blueprint

Page = str | Response | tuple[str, int]


@blueprint.get("/members")
@staff("members")
def members() -> str:
    """Everybody who works here."""
    with transaction() as session:
        return render_template(
            "staff/members.html", people=people.present(session), role_names=kinds.role_names
        )


@blueprint.route("/members/invite", methods=["GET", "POST"])
@staff("members")
def invite() -> Page:
    """Sends an invitation; the roles are asked for at once and come once a second person agrees."""
    form = InvitationForm()
    if form.validate_on_submit():
        by, now = current_member(), clock.now()
        try:
            with transaction() as session:
                row = people.invite(session, form.email.data, form.name.data, by, now)
                if form.roles.data:
                    kinds.ask_for_roles(
                        session, row, by, now, wanted=form.roles.data, reason=form.reason.data
                    )
        except people.AlreadyStaff:
            form.email.errors = [_("Somebody with this address works here already.")]
        else:
            flash(_("The invitation is on its way; the link can be used for 72 hours."), "success")
            return redirect(url_for("staff.members"), 303)
    return render_template("staff/invite.html", form=form), 422 if form.errors else 200


@blueprint.get("/members/<int:member_id>")
@staff("members")
def member(member_id: int) -> Page:
    """One member, with all that can be changed."""
    with transaction() as session:
        row = people.get(session, member_id)
        return _member_page(session, row, RolesForm(roles=row.roles), _leave_form(session, row))


@blueprint.post("/members/<int:member_id>/roles")
@staff("members")
def ask_for_roles(member_id: int) -> Page:
    """Asks for other roles; a second person has to agree."""
    form, by = RolesForm(), current_member()
    with transaction() as session:
        row = people.get(session, member_id)
        if not form.validate():
            return _member_page(session, row, form, _leave_form(session, row)), 422
        if sorted(form.roles.data) == row.roles:
            raise Refused(_("These are the roles that the member has already."))
        kinds.ask_for_roles(
            session, row, by, clock.now(), wanted=form.roles.data, reason=form.reason.data
        )
    flash(_("Asked for; the roles change once a second person agrees."), "success")
    return redirect(url_for("staff.member", member_id=member_id), 303)


@blueprint.post("/members/<int:member_id>/invite")
@staff("members")
def invite_again(member_id: int) -> Response:
    """Sends a link for a new password and a new second factor, for example after a phone was lost."""
    with transaction() as session:
        row = people.get(session, member_id)
        people.invite_again(session, row, current_member(), clock.now())
    flash(_("The invitation is on its way; the link can be used for 72 hours."), "success")
    return redirect(url_for("staff.member", member_id=member_id), 303)


@blueprint.post("/members/<int:member_id>/leave")
@staff("members")
def leave(member_id: int) -> Response:
    """Ends a membership at once; open work goes to somebody else or back to the queue."""
    with transaction() as session:
        row = people.get(session, member_id)
        form = _leave_form(session, row)
        if not form.validate():
            raise Refused(_("Please choose who takes over the open work."))
        chosen = form.successor.data
        successor = service.member_of(people.get(session, chosen)) if chosen else None
        handed_on = people.leave(session, row, successor, current_member().id, clock.now())
    flash(
        _("The membership has ended; %(count)s pieces of work were handed on.", count=handed_on),
        "success",
    )
    return redirect(url_for("staff.members"), 303)


@blueprint.route("/invitation/<token>", methods=["GET", "POST"])
@public
@limiter.limit(account_rules.LOGIN_LIMIT, methods=["POST"])
def accept_invitation(token: str) -> Page:
    """Chooses a password through an invitation; then the second factor is set up."""
    form, now = NewPasswordForm(), clock.now()
    with transaction() as session:
        invitation = people.find_invitation(session, token, now)
        if invitation is None:
            raise NotFound(_("This invitation was used or has expired. Please ask for another."))
        form.address = invitation.member.email
        if form.validate_on_submit():
            row = people.accept(session, invitation, form.password.data, now)
            staff_login.begin_half_way(service.open_session(session, row, staff_login.visit(), now))
            return redirect(url_for("staff.enrol"), 303)
        page = render_template(
            "staff/accept.html", form=form, token=token, member=invitation.member
        )
    return page, 422 if form.errors else 200


def _leave_form(session: Session, row: StaffMember) -> LeaveForm:
    form = LeaveForm()
    others = (other for other in people.present(session) if other.id != row.id)
    form.successor.choices = [
        SelectChoice(0, _("the queue")),
        *(SelectChoice(other.id, other.name) for other in others),
    ]
    return form


def _member_page(session: Session, row: StaffMember, roles: RolesForm, leaving: LeaveForm) -> str:
    return render_template(
        "staff/member.html",
        person=row,
        form=roles,
        leave_form=leaving,
        role_names=kinds.role_names,
        waiting=approvals.find_open(session, kinds.ROLE_CHANGE, str(row.id)),
    )
