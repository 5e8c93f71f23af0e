"""Which member of staff may work on a claim: not who decided what is objected to, nor beside a colleague."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.claims.models import Claim, ClaimDecision, Objection
from storefront.errors import Forbidden
from storefront.worklist import service as worklist

DECIDING = ("claims.assess", "claims.objection")
"""Work after which a claim is decided."""


def open_objection(session: Session, claim: Claim) -> Objection | None:
    """The objection that waits to be looked at."""
    return session.scalar(
        select(Objection).where(Objection.claim_id == claim.id, Objection.state == "open")
    )


def has_decided(session: Session, claim: Claim, member_id: int) -> bool:
    """Whether a member took the decision that is objected to: another one looks at all of it."""
    decided_by = session.scalar(
        select(ClaimDecision.decided_by)
        .join(Objection, Objection.decision_id == ClaimDecision.id)
        .where(Objection.claim_id == claim.id, Objection.state == "open")
    )
    return decided_by == member_id


def must_not_have_decided(session: Session, claim: Claim, member_id: int) -> None:
    """Raises Forbidden for who took the decision that is objected to."""
    if has_decided(session, claim, member_id):
        raise Forbidden


def must_not_be_taken(session: Session, claim: Claim, member_id: int) -> None:
    """Raises TakenAlready where a colleague has taken the claim; it is taken over first."""
    for kind in DECIDING:
        item = worklist.find_open(session, kind, claim.ref)
        if item is not None and item.assignee_id not in (None, member_id):
            raise worklist.TakenAlready
