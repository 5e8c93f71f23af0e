"""What claims cost beside their benefits, and what comes back: lists by key, with their sums."""

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from storefront.claims.desk.models import ClaimRecovery
from storefront.claims.models import Claim, ClaimExGratia
from storefront.claims.payouts.models import PayoutDue, PayoutOrder

PAGE = 50


def goodwill(
    session: Session, after: int | None
) -> tuple[Sequence[Row[ClaimExGratia, str]], int | None]:
    """Payments out of goodwill with their claims' references, newest first; and the next page's key."""
    query = select(ClaimExGratia, Claim.ref).join(Claim, Claim.id == ClaimExGratia.claim_id)
    if after is not None:
        query = query.where(ClaimExGratia.id < after)
    found = session.execute(query.order_by(ClaimExGratia.id.desc()).limit(PAGE + 1)).all()
    return found[:PAGE], found[PAGE - 1][0].id if len(found) > PAGE else None


def goodwill_sums(session: Session) -> dict[str, Decimal]:
    """Yuan asked for and not decided, agreed to, and really paid."""
    by_state = select(ClaimExGratia.state, func.sum(ClaimExGratia.amount).label("total")).group_by(
        ClaimExGratia.state
    )
    sums = {row.state: row.total for row in session.execute(by_state)}
    paid = (
        select(func.coalesce(func.sum(PayoutOrder.amount), 0))
        .join(PayoutDue, PayoutDue.id == PayoutOrder.due_id)
        .where(PayoutDue.key.startswith("ex-gratia:"), PayoutOrder.state == "paid")
    )
    return {
        "requested": sums.get("requested", Decimal(0)),
        "agreed": sums.get("agreed", Decimal(0)),
        "paid": session.scalars(paid).one(),
    }


def recoveries(
    session: Session, after: int | None
) -> tuple[Sequence[Row[ClaimRecovery, str]], int | None]:
    """What others owe, with their claims' references, newest first; and the next page's key."""
    query = select(ClaimRecovery, Claim.ref).join(Claim, Claim.id == ClaimRecovery.claim_id)
    if after is not None:
        query = query.where(ClaimRecovery.id < after)
    found = session.execute(query.order_by(ClaimRecovery.id.desc()).limit(PAGE + 1)).all()
    return found[:PAGE], found[PAGE - 1][0].id if len(found) > PAGE else None


def recovery_sums(session: Session) -> tuple[Decimal, Decimal]:
    """Yuan expected and received in all."""
    row = session.execute(
        select(
            func.coalesce(func.sum(ClaimRecovery.expected), 0),
            func.coalesce(func.sum(ClaimRecovery.received), 0),
        )
    ).one()
    return row[0], row[1]
