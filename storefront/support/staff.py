"""Pages of the desk for tickets and complaints."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from storefront import clock
from storefront.access import Member, current_member, staff
from storefront.attachments import service as attachments
from storefront.audit import service as audit
from storefront.audit.service import Deed
from storefront.db import transaction
from storefront.errors import Forbidden, Refused
from storefront.support import attached, complaints, lists, rules, texts, tickets
from storefront.support.forms import OUTCOMES, TOPICS, ReasonForm, TextForm, VerdictForm
from storefront.support.models import Ticket
from storefront.worklist import service as worklist
from storefront.worklist.models import MEMBER, WorkItem

blueprint = Blueprint("support_staff", __name__, url_prefix="/staff/support")
register = Blueprint("complaints_staff", __name__, url_prefix="/staff/complaints")
Page = str | Response | tuple[str, int]
WORK = (tickets.WORK, complaints.WORK, complaints.REVIEW)


@blueprint.get("/")
@staff("tickets")
def index() -> str:
    """All questions, newest first."""
    return _list("question", "staff/support/index.html")


@register.get("/", endpoint="index")
@staff("complaints")
def index_of_complaints() -> str:
    """The register of complaints (Q-01)."""
    return _list("complaint", "staff/support/complaints.html")


@blueprint.get("/<ref>")
@staff("tickets")
def show(ref: str) -> str:
    """A conversation, with everything that can be done about it."""
    with transaction() as session:
        ticket = _read(session, ref)
        template = request.args.get("template", "")
        prefilled = ""
        if template:
            ready = texts.reply(session, template)
            prefilled = texts.filled_in(ready, ticket.language, ticket.name, ticket.ref)
        return _page(session, ticket, prefilled)


@blueprint.post("/<ref>/reply")
@staff("tickets")
def reply(ref: str) -> Page:
    """Answers by mail; with `preview` shows the mail first, with `note` keeps it for staff."""
    form = TextForm()
    with transaction() as session:
        ticket = _read(session, ref)
        if not form.validate_on_submit():
            return _page(session, ticket, "", form), 422
        if request.form.get("action") == "preview":
            return _page(session, ticket, form.body.data, preview=True)
        if request.form.get("action") == "aside":
            tickets.note(session, ticket, form.body.data, current_member(), clock.now())
            flash(_("The note is kept."), "success")
        else:
            tickets.reply_by_staff(session, ticket, form.body.data, current_member(), clock.now())
            flash(_("The answer is on its way."), "success")
    return _back(ref)


@blueprint.post("/<ref>/close")
@staff("tickets")
def close(ref: str) -> Response:
    """Ends the conversation."""
    return _do(ref, tickets.close, _("The conversation is closed."))


@blueprint.post("/<ref>/link")
@staff("tickets")
def link(ref: str) -> Response:
    """Ties it to a policy, application or claim."""
    number = request.form.get("number", "").strip()[:40]
    if number:
        with transaction() as session:
            ticket = tickets.get(session, ref)
            try:
                tickets.link_to(session, ticket, number, current_member(), clock.now())
            except Refused as refused:
                flash(refused.message, "warning")
    return _back(ref)


@blueprint.post("/<ref>/take")
@staff("tickets")
def take(ref: str) -> Response:
    """Takes the open piece of work about this ticket, whichever it is."""
    with transaction() as session:
        for kind in WORK:
            item = worklist.find_open(session, kind, ref)
            if item is not None:
                worklist.take(session, item.id, current_member(), clock.now())
    return _back(ref)


@blueprint.post("/<ref>/extend")
@staff("complaints")
def extend(ref: str) -> Page:
    """Puts the decision of a complaint off, with the reason for the customer."""
    form = ReasonForm()
    with transaction() as session:
        ticket = tickets.get(session, ref)
        if not form.validate_on_submit():
            return _page(session, ticket, "", extension=form), 422
        complaints.extend(session, ticket, form.reason.data, current_member(), clock.now())
    flash(_("The customer is told about the new date."), "success")
    return _back(ref)


@blueprint.post("/<ref>/decide")
@staff("complaints")
def decide(ref: str) -> Page:
    """Decides a complaint, or answers the request for a review."""
    form = VerdictForm()
    with transaction() as session:
        ticket = tickets.get(session, ref)
        if not form.validate_on_submit():
            return _page(session, ticket, "", verdict=form), 422
        verdict = complaints.Verdict(form.outcome.data, form.reasons.data)
        complaints.decide(session, ticket, verdict, current_member(), clock.now())
    flash(_("The decision is on its way to the customer."), "success")
    return _back(ref)


def _list(kind: str, template: str) -> str:
    filters = lists.Filters(
        kind=kind,
        state=request.args.get("state", ""),
        topic=request.args.get("topic", ""),
        after=request.args.get("after", type=int),
    )
    with transaction() as session:
        found, after = lists.page(session, filters)
        deed = Deed("support.list", "list", kind, after={"shown": [row.ref for row in found]})
        audit.record(session, current_member().id, deed, clock.now())
        return render_template(
            template, tickets=found, after=after, filters=filters, topics=TOPICS, outcomes=OUTCOMES
        )


def _read(session: Session, ref: str) -> Ticket:
    """The ticket; reading it is audited, and a complaint needs the right to complaints."""
    ticket, member = tickets.get(session, ref), current_member()
    if ticket.kind == "complaint" and "complaints" not in member.permissions:
        raise Forbidden
    audit.record(session, member.id, Deed("support.read", "ticket", ref), clock.now())
    return ticket


def _page(
    session: Session,
    ticket: Ticket,
    body: str,
    form: TextForm | None = None,
    *,
    preview: bool = False,
    verdict: VerdictForm | None = None,
    extension: ReasonForm | None = None,
) -> str:
    form = form or TextForm(formdata=None)
    if body:
        form.body.data = body
    complaint = ticket.complaint
    item, holder = _work(session, ticket)
    return render_template(
        "staff/support/show.html",
        ticket=ticket,
        form=form,
        preview=preview,
        verdict=verdict or VerdictForm(formdata=None),
        extension=extension or ReasonForm(formdata=None),
        templates=texts.replies(session),
        files=attachments.of(session, attached.OWNER_KIND, ticket.ref),
        item=item,
        holder=holder,
        topics=TOPICS,
        outcomes=OUTCOMES,
        may_extend=complaint and rules.may_extend(complaint.stage, complaint.extensions),
        may_decide=complaint and complaint.stage in ("received", "contacted", "review"),
    )


def _work(session: Session, ticket: Ticket) -> tuple[WorkItem | None, str | None]:
    """The open piece of work about a ticket, and who has it."""
    row = session.execute(
        select(WorkItem, MEMBER.c.name)
        .outerjoin(MEMBER, MEMBER.c.id == WorkItem.assignee_id)
        .where(
            WorkItem.kind.in_(WORK), WorkItem.subject == ticket.ref, WorkItem.closed_at.is_(None)
        )
        .limit(1)
    ).first()
    return (row[0], row[1]) if row else (None, None)


def _do(ref: str, deed: Callable[[Session, Ticket, Member, datetime], None], done: str) -> Response:
    with transaction() as session:
        deed(session, tickets.get(session, ref), current_member(), clock.now())
    flash(done, "success")
    return _back(ref)


def _back(ref: str) -> Response:
    return redirect(url_for("support_staff.show", ref=ref), 303)
