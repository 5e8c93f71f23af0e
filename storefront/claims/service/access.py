"""Who sees which claim: the account that reported it, or the browser that came by its link."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import Row, Select, bindparam, select
from sqlalchemy.orm import Session

from storefront import crypto
from storefront.claims.models import Claim, ClaimReport
from storefront.errors import NotFound
from storefront.policies.models import Policy

PAGE = 20


@dataclass(frozen=True)
class Visitor:
    """Who asks: a customer, or a browser that holds references of its own."""

    customer_id: int | None
    refs: frozenset[str] = frozenset()


def get(session: Session, ref: str, visitor: Visitor) -> Claim:
    """A claim of the visitor's. Raises NotFound, also for somebody else's."""
    claim = by_ref(session, ref)
    if not _may_see(claim.customer_id, ref, visitor):
        raise NotFound
    return claim


def lock(session: Session, ref: str, visitor: Visitor) -> Claim:
    """As `get`, with its policy and itself locked in this order, as it is in the database now."""
    return lock_row(session, get(session, ref, visitor).id)


def lock_row(session: Session, claim_id: int) -> Claim:
    """A claim with its policy and itself locked: limits are used up across claims of a policy."""
    policy_id = session.scalars(select(Claim.policy_id).where(Claim.id == claim_id)).one()
    session.scalars(select(Policy.id).where(Policy.id == policy_id).with_for_update()).one()
    return session.get_one(Claim, claim_id, with_for_update=True, populate_existing=True)


def by_ref(session: Session, ref: str) -> Claim:
    """A claim by its reference, for the staff. Raises NotFound."""
    claim = None
    if crypto.is_reference(ref, "C"):
        claim = session.scalar(select(Claim).where(Claim.ref == ref))
    if claim is None:
        raise NotFound
    return claim


def by_token(session: Session, token: str) -> Claim | None:
    """The claim that a link leads to."""
    return session.scalar(select(Claim).where(Claim.access_hash == crypto.token_hash(token)))


def own(
    session: Session, customer_id: int, before: int | None = None
) -> list[Row[Claim, str, int]]:
    """A page of a customer's claims, newest first, each with product code and version.

    `before` is the id of the last claim of the page before; one row more than a page says that
    there are further ones.
    """
    values = {"customer_id": customer_id, "before": before or 2**62}
    return list(session.execute(_claims_of(), values).all())


@cache
def _claims_of() -> Select[Claim, str, int]:
    return (
        select(Claim, Policy.product_code, Policy.product_version)
        .join(Policy, Policy.id == Claim.policy_id)
        .where(Claim.customer_id == bindparam("customer_id"), Claim.id < bindparam("before"))
        .order_by(Claim.id.desc())
        .limit(PAGE + 1)
    )


def open_reports(session: Session, customer_id: int, now: datetime) -> list[ClaimReport]:
    """Reports a customer has begun and not sent."""
    return list(
        session.scalars(
            select(ClaimReport)
            .where(
                ClaimReport.customer_id == customer_id,
                ClaimReport.claim_id.is_(None),
                ClaimReport.expires_at > now,
            )
            .order_by(ClaimReport.id.desc())
            .limit(5)
        )
    )


def report(
    session: Session, ref: str, visitor: Visitor, now: datetime, *, locked: bool = False
) -> ClaimReport:
    """A report of the visitor's that is being filled in. Raises NotFound."""
    found = select(ClaimReport).where(ClaimReport.ref == ref)
    row = session.scalar(
        found.with_for_update().execution_options(populate_existing=True) if locked else found
    )
    if row is None or row.expires_at <= now or not _may_see(row.customer_id, ref, visitor):
        raise NotFound
    return row


def _may_see(customer_id: int | None, ref: str, visitor: Visitor) -> bool:
    """An account's own, or, without an account, what this browser was let in to."""
    if customer_id is not None:
        return customer_id == visitor.customer_id
    return ref in visitor.refs
