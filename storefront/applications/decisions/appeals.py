"""One appeal against being declined or postponed, decided by another underwriter."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.applications import journal
from storefront.applications.decisions import history, work
from storefront.applications.decisions.explaining import CLOSED
from storefront.applications.decisions.models import UnderwritingAppeal
from storefront.applications.draft import Draft
from storefront.applications.models import Application
from storefront.errors import Conflict
from storefront.underwriting import ruling as rulings
from storefront.underwriting.rules import is_milder
from storefront.underwriting.ruling import Ruling, RulingInvalid

LONGEST_REASON = 2000
SHORTEST_REASON = 4  # characters: a short sentence of Chinese


def of(session: Session, application: Application) -> UnderwritingAppeal | None:
    """The appeal of an application."""
    return session.scalar(
        select(UnderwritingAppeal).where(UnderwritingAppeal.application_id == application.id)
    )


def possible(session: Session, application: Application) -> bool:
    """Whether the customer may appeal: refused, and never appealed before."""
    return application.state in CLOSED and of(session, application) is None


def appeal(session: Session, draft: Draft, reason: str) -> UnderwritingAppeal:
    """The customer appeals; a member other than the one who decided looks again. Raises Conflict."""
    application = draft.application
    if not possible(session, application):
        raise Conflict
    row = UnderwritingAppeal(application_id=application.id, at=draft.now, reason=reason)
    session.add(row)
    session.flush()
    last = history.latest(session, application)
    work.open_appeal(session, application, last.member_id if last else None, draft.now)
    journal.happened(session, draft, "appealed", {"reason": reason})
    return row


def close(session: Session, draft: Draft, ruling: Ruling) -> None:
    """Notes how the appeal ended; it never makes anything worse. Raises RulingInvalid."""
    row = of(session, draft.application)
    if row is None:
        raise Conflict
    earlier = draft.application.state
    if is_milder(earlier, ruling.amounts_to):
        raise RulingInvalid([("outcome", "worse-than-before")])
    row.decided_at, row.upheld = draft.now, rulings.improves(ruling, earlier)
