"""Pages of tickets and complaints for whoever writes, help articles and service centres."""

import secrets

import flask
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from storefront import clock
from storefront.access import customer, public
from storefront.accounts.rules import normalise_email
from storefront.attachments import service as attachments
from storefront.catalog import clauses
from storefront.db import transaction
from storefront.errors import NotFound
from storefront.extensions import current_language, limiter
from storefront.policies import service as policies
from storefront.support import articles, attached, centres, complaints, rules, tickets
from storefront.support.forms import OUTCOMES, TOPICS, TextForm, WriteForm
from storefront.support.models import Ticket

blueprint = Blueprint("support", __name__)
WRITES = "10 per minute; 60 per hour"
Page = str | Response | tuple[str, int]


@blueprint.route("/support/new", methods=["GET", "POST"])
@public
@limiter.limit(WRITES, methods=["POST"])
def write() -> Page:
    """A question to the agency."""
    return _write("question")


@blueprint.route("/complaints/new", methods=["GET", "POST"])
@public
@limiter.limit(WRITES, methods=["POST"])
def complain() -> Page:
    """A complaint (Q-01)."""
    return _write("complaint")


@blueprint.get("/support/sent")
@public
def sent() -> str:
    """What happens after somebody wrote; the number stands in the mail."""
    return render_template("support/sent.html", complaint=request.args.get("kind") == "complaint")


@blueprint.get("/support/")
@customer
def index() -> str:
    """One's own questions and complaints."""
    with transaction() as session:
        own = tickets.own(session, current_user.id)
        return render_template("support/index.html", tickets=own, topics=TOPICS)


@blueprint.route("/support/<ref>", methods=["GET", "POST"])
@customer
def show(ref: str) -> Page:
    """One of them, with an answer field."""
    with transaction() as session:
        return _conversation(session, tickets.get_own(session, ref, current_user.id))


@blueprint.route("/support/link/<token>", methods=["GET", "POST"])
@public
@limiter.limit(WRITES, methods=["POST"])
def by_link(token: str) -> Page:
    """The same for whoever has the link of our newest mail."""
    with transaction() as session:
        ticket = tickets.by_link(session, token)
        attached.remember_opened(ticket.ref)
        return _conversation(session, ticket)


@blueprint.route("/support/opened/<ref>", methods=["GET", "POST"])
@public
def opened(ref: str) -> Page:
    """A conversation whose link was opened in this browser before."""
    if ref not in flask.session.get(attached.OPENED, []):
        raise NotFound
    with transaction() as session:
        return _conversation(session, tickets.get(session, ref))


@blueprint.get("/help/articles/<slug>")
@public
def article(slug: str) -> str:
    """A help article."""
    with transaction() as session:
        found = articles.one(session, slug)
        body = clauses.to_html(found.body[current_language()])
        return render_template("support/article.html", article=found, body=body)


@blueprint.get("/help/service-centres")
@public
def service_centres() -> str:
    """Where the agency can be visited."""
    city = request.args.get("city", "")[:40]
    return render_template("support/centres.html", centres=centres.search(city), city=city)


def _write(kind: str) -> Page:
    form = WriteForm(topic=request.args.get("topic"), about=request.args.get("about"))
    form.offer()
    known = current_user if current_user.is_authenticated else None
    if request.method == "GET":
        form.form.data = secrets.token_urlsafe(16)
        if known:
            form.name.data, form.email.data = known.name, known.email
        return _form(kind, form)
    if not _complete(form):
        return _form(kind, form), 422
    writer = tickets.Writer(
        form.name.data.strip(),
        form.email.data,
        current_language(),
        known.id if known else None,
    )
    about = (form.about.data.strip(),) if form.about.data and form.about.data.strip() else ()
    letter = tickets.Letter(
        kind, form.topic.data, form.subject.data.strip(), form.body.data, about, form.form.data
    )
    with transaction() as session:
        ticket = tickets.open_ticket(session, writer, letter, clock.now())
        ref = ticket.ref
    if known:
        flash(_("We have received it. You get an answer by e-mail and on this page."), "success")
        return redirect(url_for("support.show", ref=ref), 303)
    return redirect(url_for("support.sent", kind=kind), 303)


def _complete(form: WriteForm) -> bool:
    fits = form.validate_on_submit()
    if form.email.data and not form.email.errors:
        try:
            form.email.data = normalise_email(form.email.data)
        except ValueError:
            form.email.errors = [_("Please enter an e-mail address such as name@example.com.")]
            fits = False
    return fits


def _form(kind: str, form: WriteForm) -> str:
    numbers = []
    if current_user.is_authenticated:
        with transaction() as session:
            numbers = [
                (policy.number, definition.marketing_name)
                for policy, definition in policies.own(session, current_user.id)
                if policy.number
            ]
    return render_template(
        "support/write.html",
        form=form,
        complaint=kind == "complaint",
        numbers=numbers,
        deadlines=rules.DEADLINES,
    )


def _conversation(session: Session, ticket: Ticket) -> Page:
    """The conversation; a POST goes on with it, or asks for a review of a decided complaint."""
    form = TextForm()
    if form.validate_on_submit():
        if request.form.get("action") == "review" and ticket.complaint is not None:
            complaints.ask_review(session, ticket, form.body.data, clock.now())
            flash(_("Somebody else looks at your complaint again."), "success")
        else:
            tickets.reply_by_customer(session, ticket, form.body.data, clock.now())
            flash(_("Your message is with us."), "success")
        return redirect(request.full_path.rstrip("?"), 303)
    body = render_template(
        "support/show.html",
        ticket=ticket,
        form=form,
        files=attachments.of(session, attached.OWNER_KIND, ticket.ref),
        topics=TOPICS,
        outcomes=OUTCOMES,
        may_review=ticket.complaint is not None and rules.may_ask_review(ticket.complaint.stage),
    )
    return (body, 422) if request.method == "POST" else body
