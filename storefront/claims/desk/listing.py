"""The list of claims: filters that stand in the address, newest first, page by page by key."""

from dataclasses import dataclass

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from storefront.claims.models import Claim
from storefront.policies.models import Policy
from storefront.worklist.models import WorkItem

PAGE = 50
WORK = (
    "claims.assess", "claims.objection", "claims.documents", "claims.advance", "claims.letter",
    "claims.pay", "claims.payees", "claims.payout", "claims.ex-gratia",
)  # fmt: skip


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; empty means all. `after` is the key of the last row seen."""

    stage: str = ""
    product: str = ""
    after: int | None = None


def page(session: Session, filters: Filters) -> tuple[list[Row[Claim, Policy]], int | None]:
    """The newest claims that fit, each with its policy, and the key of the next page."""
    query = select(Claim, Policy).join(Policy, Policy.id == Claim.policy_id)
    if filters.stage:
        query = query.where(Claim.stage == filters.stage)
    if filters.product:
        query = query.where(Policy.product_code == filters.product)
    if filters.after is not None:
        query = query.where(Claim.id < filters.after)
    found = list(session.execute(query.order_by(Claim.id.desc()).limit(PAGE + 1)).all())
    return found[:PAGE], found[PAGE - 1][0].id if len(found) > PAGE else None


def work_of(session: Session, refs: list[str]) -> dict[str, WorkItem]:
    """The most urgent open piece of work of each claim."""
    items = session.scalars(
        select(WorkItem)
        .where(WorkItem.kind.in_(WORK), WorkItem.subject.in_(refs), WorkItem.closed_at.is_(None))
        .order_by(WorkItem.due_at.desc())
    )
    return {item.subject: item for item in items}
