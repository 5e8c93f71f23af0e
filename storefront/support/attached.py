"""Who may see and add the files of a ticket: whoever wrote it, by account or link, and support."""

import flask
from flask import url_for
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.attachments.gates import Gate
from storefront.support.models import Ticket

OWNER_KIND = "ticket"
PURPOSE = "attachment"
OPENED = "tickets"  # references whose link was opened in this browser
MOST_OPENED = 10


def remember_opened(ref: str) -> None:
    """The link of this ticket was opened here; its files may be, too."""
    opened = [known for known in flask.session.get(OPENED, []) if known != ref]
    flask.session[OPENED] = [*opened, ref][-MOST_OPENED:]


def page_of(ref: str) -> str:
    """Where whoever added a file goes on."""
    if current_user.is_authenticated:
        return url_for("support.show", ref=ref)
    return url_for("support.opened", ref=ref)


def visitor(session: Session, ref: str, writing: bool) -> str | None:
    """The customer whose ticket it is, or the holder of its link."""
    query = select(Ticket).where(Ticket.ref == ref)
    ticket = session.scalar(query.with_for_update() if writing else query)
    if ticket is None:
        return None
    if current_user.is_authenticated and ticket.customer_id == current_user.id:
        return f"customer:{current_user.id}"
    return "link" if ref in flask.session.get(OPENED, []) else None


GATE = Gate(
    visitor=visitor,
    page=page_of,
    reading="tickets",
    staff_page=lambda ref: url_for("support_staff.show", ref=ref),
)
