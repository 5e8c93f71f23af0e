"""Heads of loss and their reserves."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from storefront.catalog.definition import ProductDefinition
from storefront.claims.models import Claim, ClaimHead, ReserveChange
from storefront.claims.service import contract
from storefront.money import allocate
from storefront.policies import service as policies


def open_heads(
    session: Session, claim: Claim, definition: ProductDefinition, now: datetime
) -> None:
    """One head for each cover of the claim type that the contract holds, with the default reserve.

    Where the contract holds none of them, one head stands for the first, without a reserve.
    """
    claim_type = contract.type_of(definition, claim.claim_type)
    content = contract.content_at(
        policies.transactions_of(session, claim.policy), claim.incident_at
    )
    limits = {cover["code"]: cover["limit"] for cover in content["covers"]}
    covers = [code for code in claim_type.benefit.covers if code in limits]
    total = claim_type.reserve if covers else Decimal(0)
    covers = covers or [claim_type.benefit.covers[0]]
    reserves = allocate(total, [Decimal(1)] * len(covers))
    for position, (cover, reserve) in enumerate(zip(covers, reserves, strict=True), 1):
        head = ClaimHead(
            claim_id=claim.id,
            position=position,
            cover=cover,
            person=claim.hurt["index"],
            claimed=Decimal(0),
            paid_elsewhere=Decimal(0),
            facts={},
            figures=None,
            payable=None,
            reserve=Decimal(0),
        )
        session.add(head)
        session.flush()
        most = _most(claim_type.benefit.kind, limits.get(cover), reserve)
        set_reserve(session, head, min(reserve, most), "reported", member_id=None, now=now)
    session.refresh(claim, ["heads"])


def _most(kind: str, limit: str | None, reserve: Decimal) -> Decimal:
    """What a head can cost at most; the limit of a daily allowance is for each day."""
    return reserve if limit is None or kind == "daily-cash" else Decimal(limit)


def set_reserve(
    session: Session,
    head: ClaimHead,
    amount: Decimal,
    reason: str,
    *,
    member_id: int | None,
    now: datetime,
) -> None:
    """Sets what is expected to be paid still for a head; every change keeps its reason."""
    if head.reserve == amount and head.reserve != 0:
        return
    head.reserve = amount
    session.add(
        ReserveChange(head_id=head.id, amount=amount, reason=reason, member_id=member_id, at=now)
    )


def paid_elsewhere(facts: Mapping[str, Any]) -> Decimal:
    """What others paid for a head, by its facts, in yuan."""
    amounts = (facts.get(key, 0) for key in ("paid_by_social", "paid_by_others"))
    return sum((Decimal(str(amount)) for amount in amounts), Decimal(0))


def lower_reserves(
    session: Session, claim: Claim, amount: Decimal, reason: str, now: datetime
) -> None:
    """What was paid ahead, or ordered, is not expected any more."""
    for head in claim.heads:
        part = min(head.reserve, amount)
        if part:
            set_reserve(session, head, head.reserve - part, reason, member_id=None, now=now)
        amount -= part


def renew_reserves(
    session: Session, claim: Claim, promised: Decimal, reason: str, now: datetime
) -> None:
    """A claim is looked at again: what was decided is expected, at least what was at the report.

    `promised` was paid or ordered already, and is not expected any more.
    """
    history = reserve_history(session, claim)
    for head in claim.heads:
        first = next((row.amount for row in history if row.head_id == head.id), Decimal(0))
        expected = max(first, head.payable or Decimal(0))
        set_reserve(session, head, expected, reason, member_id=None, now=now)
    lower_reserves(session, claim, promised, "ordered", now)


def reserve_history(session: Session, claim: Claim) -> list[ReserveChange]:
    """Every change of the reserves of a claim, oldest first."""
    return list(session.scalars(reserve_changes(claim)))


def reserve_changes(claim: Claim) -> Select[ReserveChange]:
    """The query for every change of the reserves of a claim."""
    return (
        select(ReserveChange)
        .join(ClaimHead, ClaimHead.id == ReserveChange.head_id)
        .where(ClaimHead.claim_id == claim.id)
        .order_by(ReserveChange.id)
    )


def open_reserves(session: Session) -> Decimal:
    """The sum of the reserves of all claims that are not closed."""
    return session.scalars(
        select(func.coalesce(func.sum(ClaimHead.reserve), 0))
        .join(Claim, Claim.id == ClaimHead.claim_id)
        .where(Claim.stage != "closed")
    ).one()
