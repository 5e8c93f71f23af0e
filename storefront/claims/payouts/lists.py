"""Lists of orders, bank files, returns and held lines for the staff, page by page by key."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session, contains_eager

from storefront.claims.models import Claim
from storefront.claims.payouts.models import BankFile, BankReturn, BankReturnLine, PayoutOrder
from storefront.policies.models import Policy

PAGE = 50


@dataclass(frozen=True)
class Waiting:
    """What an insurer's next file would hold."""

    insurer_code: str
    lines: int
    total: Decimal


def page(
    session: Session, state: str, after: int | None
) -> tuple[Sequence[PayoutOrder], int | None]:
    """The newest orders in a state, all without one; and the key of the next page."""
    query = (
        select(PayoutOrder)
        .join(PayoutOrder.claim)
        .options(contains_eager(PayoutOrder.claim))
        .order_by(PayoutOrder.id.desc())
    )
    if state:
        query = query.where(PayoutOrder.state == state)
    if after is not None:
        query = query.where(PayoutOrder.id < after)
    found = session.scalars(query.limit(PAGE + 1)).all()
    return found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None


def waiting(session: Session) -> list[Waiting]:
    """What is approved and not yet sent, by insurer."""
    rows = session.execute(
        select(Policy.insurer_code, func.count(), func.sum(PayoutOrder.amount))
        .select_from(PayoutOrder)
        .join(Claim, Claim.id == PayoutOrder.claim_id)
        .join(Policy, Policy.id == Claim.policy_id)
        .where(PayoutOrder.state == "approved", PayoutOrder.bank_file_id.is_(None))
        .group_by(Policy.insurer_code)
        .order_by(Policy.insurer_code)
    )
    return [Waiting(*row) for row in rows]


def files(session: Session) -> Sequence[BankFile]:
    """The latest files for banks."""
    return session.scalars(select(BankFile).order_by(BankFile.id.desc()).limit(PAGE)).all()


def returns(session: Session) -> Sequence[BankReturn]:
    """The latest return files."""
    return session.scalars(select(BankReturn).order_by(BankReturn.id.desc()).limit(PAGE)).all()


def held(session: Session) -> Sequence[BankReturnLine]:
    """Lines of the bank that wait for a person, oldest first."""
    return session.scalars(
        select(BankReturnLine)
        .where(BankReturnLine.outcome == "held", BankReturnLine.resolved_at.is_(None))
        .order_by(BankReturnLine.id)
        .limit(PAGE)
    ).all()
