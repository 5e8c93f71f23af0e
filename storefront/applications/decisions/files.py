"""Documents that the customer sends with an answer or an appeal; who may send, see and read them."""

from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from storefront.applications import service
from storefront.applications.attached import own
from storefront.applications.decisions import appeals, questions, work
from storefront.applications.models import Application
from storefront.attachments import service as attachments
from storefront.attachments.gates import Gate
from storefront.attachments.models import Attachment
from storefront.errors import Conflict
from storefront.worklist import service as worklist

OWNER_KIND = "underwriting"
PURPOSE = "evidence"


def of(session: Session, ref: str) -> list[Attachment]:
    """What was sent to the underwriters of an application."""
    return attachments.of(session, OWNER_KIND, ref)


def wanted(session: Session, application: Application) -> bool:
    """Whether documents may come: somebody asked, or an appeal is open."""
    appeal = appeals.of(session, application)
    open_appeal = appeal is not None and appeal.decided_at is None
    return open_appeal or questions.open_question(session, application)


def visitor(session: Session, ref: str, writing: bool) -> str | None:
    """The customer whose application it is; changes only while documents are wanted."""
    application = own(session, ref)
    if application is None:
        return None
    if writing:
        application = service.lock(session, application.id)
        if not wanted(session, application):
            raise Conflict(_("Nobody waits for documents of this application any more."))
    return f"customer:{application.customer_id}"


def arrived(session: Session, attachment: Attachment, now: datetime) -> None:
    """The underwriter sees that something came in."""
    for kind in (work.REFERRAL, work.APPEAL):
        worklist.note_unread(session, kind, attachment.owner_ref)


GATE = Gate(
    visitor=visitor,
    purposes=lambda session, ref: (PURPOSE,),
    page=lambda ref: url_for("decisions.thread", ref=ref),
    staff_page=lambda ref: url_for("underwriting_staff.case", ref=ref),
    reading=work.PERMISSION,
    arrived=arrived,
)
