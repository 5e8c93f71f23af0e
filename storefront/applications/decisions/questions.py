"""Questions of an underwriter to the customer, and the answers."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.applications import journal
from storefront.applications.decisions import letters, work
from storefront.applications.decisions.models import UnderwritingMessage
from storefront.applications.draft import Draft
from storefront.applications.models import Application
from storefront.audit import service as audit
from storefront.audit.service import Deed
from storefront.errors import Conflict
from storefront.worklist import service as worklist

LONGEST = 2000


def thread(session: Session, application: Application) -> list[UnderwritingMessage]:
    """Questions and answers, oldest first."""
    found = select(UnderwritingMessage).where(UnderwritingMessage.application_id == application.id)
    return list(session.scalars(found.order_by(UnderwritingMessage.id)))


def open_question(session: Session, application: Application) -> bool:
    """Whether the last word is a question."""
    last = next(iter(reversed(thread(session, application))), None)
    return last is not None and last.kind == "question"


def ask(session: Session, draft: Draft, member_id: int | None, text: str) -> UnderwritingMessage:
    """Asks the customer, by mail with a link to the page that shows it. Raises Conflict."""
    application = draft.application
    if not _is_waiting(session, application):
        raise Conflict
    row = _add(session, draft, "question", member_id, text)
    letters.asked(session, draft, row.id)
    actor = f"staff:{member_id}" if member_id else "staff:command-line"
    journal.happened(session, draft, "asked", {"text": text}, actor)
    deed = Deed("underwriting.ask", "application", application.ref, after={"text": text})
    audit.record(session, member_id, deed, draft.now)
    return row


def answer(session: Session, draft: Draft, text: str) -> UnderwritingMessage:
    """The customer answers; the piece of work shows it as unread. Raises Conflict."""
    application = draft.application
    if not _is_waiting(session, application) or not thread(session, application):
        raise Conflict
    row = _add(session, draft, "answer", None, text)
    for kind in (work.REFERRAL, work.APPEAL):
        worklist.note_unread(session, kind, application.ref)
    journal.happened(session, draft, "answered", {"text": text})
    return row


def _is_waiting(session: Session, application: Application) -> bool:
    """Whether an underwriter still has to decide."""
    return any(
        worklist.find_open(session, kind, application.ref) for kind in (work.REFERRAL, work.APPEAL)
    )


def _add(
    session: Session, draft: Draft, kind: str, member_id: int | None, text: str
) -> UnderwritingMessage:
    row = UnderwritingMessage(
        application_id=draft.application.id,
        at=draft.now,
        kind=kind,
        member_id=member_id,
        text=text,
    )
    session.add(row)
    session.flush()
    return row
