"""Home: one's own work and what may be taken; the team's work for who leads it."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront import clock
from storefront.access import current_member, staff
from storefront.db import transaction
from storefront.staff import desk, members, service
from storefront.staff.views import blueprint
from storefront.staff.views.entry import target
from storefront.worklist import kinds, queue
from storefront.worklist import service as worklist

SHOWN_AT_HOME = 20


@blueprint.get("/")
@staff("home")
def index() -> str:
    """What the member has taken and what waits, the most overdue first."""
    member, now = current_member(), clock.now()
    with transaction() as session:
        return render_template(
            "staff/home.html",
            counts=queue.counts_of_kinds(session, member, now),
            mine=queue.of_member(session, member.id, limit=SHOWN_AT_HOME),
            waiting=queue.waiting_for(session, member, limit=SHOWN_AT_HOME),
        )


@blueprint.get("/work")
@staff("home")
def work() -> str:
    """All of one's own work, or all that waits, page by page; `kind` shows both of one kind only."""
    member, after = current_member(), request.args.get("after")
    kind, whose = request.args.get("kind", ""), request.args.get("whose", "")
    with transaction() as session:
        if whose == "mine":
            page = queue.of_member(session, member.id, after)
        else:
            page = queue.waiting_for(session, member, kind, after, own=bool(kind))
        return render_template("staff/work.html", page=page, whose=whose, kind=kind)


@blueprint.post("/work/<int:item_id>/take")
@staff("home")
def take(item_id: int) -> Response:
    """Takes a piece of work and opens it."""
    with transaction() as session:
        item = worklist.take(session, item_id, current_member(), clock.now())
        address = kinds.page_of(item)
    return redirect(address or url_for("staff.index"), 303)


@blueprint.post("/work/<int:item_id>/give-back")
@staff("home")
def give_back(item_id: int) -> Response:
    """Puts one's own piece of work back into the queue."""
    with transaction() as session:
        worklist.give_back(session, item_id, current_member(), clock.now())
    flash(_("It is back in the queue."), "success")
    return redirect(target() or url_for("staff.index"), 303)


@blueprint.get("/team")
@staff("team")
def team() -> str:
    """How much everybody has, and what nobody has taken."""
    with transaction() as session:
        return render_template(
            "staff/team.html",
            people=members.present(session),
            load=queue.load(session, clock.now()),
        )


@blueprint.get("/team/work")
@staff("team")
def team_work() -> str:
    """The work of one member, or without one what nobody has taken, each to be given to somebody."""
    member_id, after = request.args.get("member", type=int), request.args.get("after")
    with transaction() as session:
        everybody = [service.member_of(row) for row in members.present(session)]
        if member_id is None:
            page = queue.unassigned(session, after)
        else:
            page = queue.of_member(session, member_id, after)
        return render_template(
            "staff/team_work.html",
            page=page,
            owner=next((person for person in everybody if person.id == member_id), None),
            able={item.id: queue.able(item, everybody) for item in page.items},
        )


@blueprint.post("/team/work/<int:item_id>")
@staff("team")
def hand_over(item_id: int) -> Response:
    """Gives a piece of work to somebody, or back to the queue."""
    to_id, now = request.form.get("to", type=int), clock.now()
    with transaction() as session:
        to = service.member_of(members.get(session, to_id)) if to_id else None
        desk.reassign(session, item_id, to, current_member(), now)
    flash(_("The work is handed over."), "success")
    return redirect(target() or url_for("staff.team"), 303)
