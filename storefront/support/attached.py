"""Who may see and add the files of a ticket: whoever wrote it, by account, link or mail, and support."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import flask
import structlog
from flask import url_for
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.attachments import rules, storage
from storefront.attachments import service as attachments
from storefront.attachments.gates import Gate
from storefront.attachments.models import Attachment
from storefront.attachments.values import FileRefused, Offer, Owner, Piece
from storefront.db import transaction
from storefront.support.models import Ticket

OWNER_KIND = "ticket"
PURPOSE = "attachment"
OPENED = "tickets"  # references whose link was opened in this browser
MOST_OPENED = 10
_log = structlog.get_logger()


@dataclass(frozen=True)
class Mailed:
    """A file that came with a mail."""

    name: str
    data: bytes


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


def fault_of(name: str, data: bytes, count: int, now: datetime) -> str | None:
    """Why a file that came by mail cannot be taken in, as far as its size and beginning tell."""
    most = attachments.limits(now)
    announced = rules.announced_fault(len(data), count, most.size, most.files)
    return announced or rules.head_fault(data[: rules.HEAD_BYTES], name)


def keep(ref: str, files: Sequence[Mailed], sender: str, now: datetime) -> None:
    """Attaches what came with a mail, each file through the checks of an upload.

    Opens transactions of its own; repeated for the same `sender`, it goes on where it stopped.
    """
    owner, actor = Owner(OWNER_KIND, ref), f"mail:{sender}"
    for number, file in enumerate(files):
        with transaction() as session:
            row = _room(
                session, owner, Offer(PURPOSE, file.name, len(file.data), actor), number, now
            )
            if row is None:
                continue
            row_ref, folder = row.ref, row.folder
        name = storage.put_part(folder, file.data)
        piece = Piece(name, len(file.data), file.data[: rules.HEAD_BYTES])
        with transaction() as session:
            attachments.append(session, attachments.get(session, row_ref), 0, piece)


def _room(
    session: Session, owner: Owner, offer: Offer, number: int, now: datetime
) -> Attachment | None:
    """Room for the file of this number in a mail, or None where it has come already."""
    known = [
        row for row in attachments.of(session, owner.kind, owner.ref) if row.uploaded_by == offer.by
    ]
    if number < len(known):
        return known[number] if known[number].state == "uploading" else None
    try:
        return attachments.begin(session, owner, offer, attachments.limits(now), now)
    except FileRefused as refused:  # the ticket has as many as it may have
        _log.warning("support.file-refused", ticket=owner.ref, reason=refused.slug)
        return None


GATE = Gate(
    visitor=visitor,
    page=page_of,
    reading="tickets",
    writing="tickets",
    staff_page=lambda ref: url_for("support_staff.show", ref=ref),
)
