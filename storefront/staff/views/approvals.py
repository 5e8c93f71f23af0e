"""Decisions that need two people: what waits, and one of them with its buttons."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront import clock
from storefront.access import current_member, staff
from storefront.db import transaction
from storefront.staff import approvals as service
from storefront.staff.views import blueprint

PAGE = 50


@blueprint.get("/approvals")
@staff("home")
def approvals() -> str:
    """What one asked for, and what one may decide."""
    with transaction() as session:
        found = service.listed(
            session, current_member(), request.args.get("after", type=int), PAGE + 1
        )
        return render_template(
            "staff/approvals.html",
            approvals=[(item, service.kind_of(item).label) for item in found[:PAGE]],
            after=found[PAGE - 1].id if len(found) > PAGE else None,
        )


@blueprint.get("/approvals/<int:approval_id>")
@staff("home")
def approval(approval_id: int) -> str:
    """What is asked for and why, with the buttons of who may decide or withdraw it."""
    member = current_member()
    with transaction() as session:
        found = service.get(session, approval_id, member)
        is_own = found.requested_by_id == member.id
        return render_template(
            "staff/approval.html",
            approval=found,
            label=service.kind_of(found).label,
            details=service.kind_of(found).describe(session, found),
            is_own=is_own,
            may_decide=not is_own and service.may_see(found, member),
        )


@blueprint.post("/approvals/<int:approval_id>/approve")
@staff("home")
def approve(approval_id: int) -> Response:
    """Agrees, and does what was asked for."""
    with transaction() as session:
        service.decide(session, approval_id, current_member(), clock.now(), approve=True)
    flash(_("Approved, and done."), "success")
    return redirect(url_for("staff.approval", approval_id=approval_id), 303)


@blueprint.post("/approvals/<int:approval_id>/refuse")
@staff("home")
def refuse_approval(approval_id: int) -> Response:
    """Does not agree; nothing changes."""
    with transaction() as session:
        service.decide(session, approval_id, current_member(), clock.now(), approve=False)
    flash(_("Refused; nothing was changed."), "success")
    return redirect(url_for("staff.approval", approval_id=approval_id), 303)


@blueprint.post("/approvals/<int:approval_id>/withdraw")
@staff("home")
def withdraw_approval(approval_id: int) -> Response:
    """Takes back what one asked for."""
    with transaction() as session:
        service.withdraw(session, approval_id, current_member(), clock.now())
    flash(_("Withdrawn."), "success")
    return redirect(url_for("staff.approval", approval_id=approval_id), 303)
