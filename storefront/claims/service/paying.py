"""What becomes payable: after agreement, or ahead of it. Who orders the payment connects a handler."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storefront.claims import stages
from storefront.claims.models import (
    BankAccount,
    Claim,
    ClaimAdvance,
    ClaimDecision,
    ClaimExGratia,
    ClaimReturn,
)
from storefront.claims.payouts.models import PayoutDue
from storefront.claims.service import adjudicating, members, timeline
from storefront.claims.service.heads import lower_reserves, set_reserve
from storefront.errors import Refused


@dataclass(frozen=True)
class Payable:
    """An amount in yuan to be paid for a claim, into an account.

    `key` names it for ever: `decision:<id>`, `advance:<id>`, `return:<id>` or `ex-gratia:<id>`, so that
    it is ordered once.
    """

    key: str
    amount: Decimal
    account_id: int


Waiting = ClaimAdvance | ClaimReturn | ClaimExGratia
Handler = Callable[[Session, Claim, Payable, datetime], None]
_handlers: list[Handler] = []


def when_payable(handler: Handler) -> None:
    """Has the handler called, in the same transaction, for every amount that becomes payable."""
    if handler not in _handlers:
        _handlers.append(handler)


AccountHandler = Callable[[Session, Claim, BankAccount, datetime], None]
_account_handlers: list[AccountHandler] = []


def when_account_given(handler: AccountHandler) -> None:
    """Has the handler called, in the same transaction, for every account that a customer gives."""
    if handler not in _account_handlers:
        _account_handlers.append(handler)


def account_given(session: Session, claim: Claim, account: BankAccount, now: datetime) -> None:
    """Tells the handlers, and releases what waited for an account."""
    release(session, claim, now)
    for handler in _account_handlers:
        handler(session, claim, account, now)


def announce(session: Session, claim: Claim, payable: Payable, now: datetime) -> None:
    """Tells the handlers."""
    for handler in _handlers:
        handler(session, claim, payable, now)


def account_of(session: Session, claim: Claim) -> BankAccount | None:
    """The account that counts."""
    return session.scalar(
        select(BankAccount)
        .where(BankAccount.claim_id == claim.id, BankAccount.replaced_at.is_(None))
        .order_by(BankAccount.id.desc())
        .limit(1)
    )


def advanced(session: Session, claim: Claim) -> Decimal:
    """The sum of what was or is paid ahead, in yuan."""
    total = select(func.coalesce(func.sum(ClaimAdvance.amount), 0)).where(
        ClaimAdvance.claim_id == claim.id
    )
    return session.scalars(total).one()


def promised(session: Session, claim: Claim) -> Decimal:
    """The sum of what was paid ahead or ordered by earlier decisions: none of it is paid again."""
    decided = select(func.coalesce(func.sum(PayoutDue.amount), 0)).where(
        PayoutDue.claim_id == claim.id,
        PayoutDue.key.startswith("decision:"),
        PayoutDue.void_at.is_(None),
    )
    return advanced(session, claim) + session.scalars(decided).one()


def advance(
    session: Session, claim: Claim, now: datetime, member_id: int | None = None
) -> ClaimAdvance | None:
    """Pays the undisputed part ahead by the latest computation (C-04); None where nothing is sure.

    The claim must be locked. Raises Refused where it is not being assessed.
    """
    if claim.stage != "assessment":
        raise Refused(_("Only a claim that is being assessed can be paid ahead."))
    if member_id is not None:
        members.must_not_have_decided(session, claim, member_id)
    _row, found = adjudicating.assess(session, claim, member_id, now)
    return advance_amount(
        session, claim, adjudicating.undisputed(found), "undisputed", now, member_id=member_id
    )


def advance_amount(
    session: Session,
    claim: Claim,
    sure: Decimal,
    reason: str,
    now: datetime,
    *,
    decision: ClaimDecision | None = None,
    member_id: int | None = None,
) -> ClaimAdvance | None:
    """Pays ahead what of a sure amount was not paid ahead before."""
    amount = sure - promised(session, claim)
    if amount <= 0:
        return None
    row = ClaimAdvance(
        claim_id=claim.id,
        decision_id=decision.id if decision else None,
        amount=amount,
        reason=reason,
        member_id=member_id,
        at=now,
    )
    session.add(row)
    session.flush()
    lower_reserves(session, claim, amount, "ordered", now)
    timeline.meet(session, claim, "advance", now)
    timeline.staff_done(session, claim, "claims.advance", member_id, now)
    actor = timeline.member_or_rules(member_id)
    details = {"amount": str(amount), "reason": reason}
    timeline.note(session, claim, "advance", actor, now, details=details)
    timeline.prove(session, claim, "advance", actor, now, details=details)
    release(session, claim, now)
    return row


def release(session: Session, claim: Claim, now: datetime) -> None:
    """Has everything ordered that waited for an account: advances, returns, goodwill."""
    account = account_of(session, claim)
    if account is None:
        return
    for kind, row in _waiting(session, claim):
        row.released_at = now
        announce(session, claim, Payable(f"{kind}:{row.id}", row.amount, account.id), now)


def waiting(session: Session, claim: Claim) -> Decimal:
    """Everything that could be paid now if an account were known."""
    return sum((row.amount for _kind, row in _waiting(session, claim)), Decimal(0))


def _waiting(session: Session, claim: Claim) -> Iterator[tuple[str, Waiting]]:
    """What is to be paid and not ordered, each with the kind that begins its key."""
    advances = select(ClaimAdvance).where(
        ClaimAdvance.claim_id == claim.id, ClaimAdvance.released_at.is_(None)
    )
    for ahead in session.scalars(advances.order_by(ClaimAdvance.id)).all():
        yield "advance", ahead
    returns = select(ClaimReturn).where(
        ClaimReturn.claim_id == claim.id,
        ClaimReturn.released_at.is_(None),
        ClaimReturn.void_at.is_(None),
    )
    for given_back in session.scalars(returns.order_by(ClaimReturn.id)).all():
        yield "return", given_back
    goodwill = select(ClaimExGratia).where(
        ClaimExGratia.claim_id == claim.id,
        ClaimExGratia.released_at.is_(None),
        ClaimExGratia.state == "agreed",
    )
    for row in session.scalars(goodwill.order_by(ClaimExGratia.id)).all():
        yield "ex-gratia", row


def waiting_advance(session: Session, claim: Claim) -> Decimal:
    """What could be paid ahead if an account were known."""
    total = select(func.coalesce(func.sum(ClaimAdvance.amount), 0)).where(
        ClaimAdvance.claim_id == claim.id, ClaimAdvance.released_at.is_(None)
    )
    return session.scalars(total).one()


def settled(session: Session, claim: Claim, now: datetime) -> None:
    """Everything that was agreed has been paid: the claim is closed. Called by who pays."""
    if claim.stage != "paying":
        return
    timeline.meet(session, claim, "paid", now)
    timeline.staff_done(session, claim, "claims.pay", None, now)
    timeline.note(session, claim, "paid", "insurer", now)
    close(session, claim, now)


def close(session: Session, claim: Claim, now: datetime) -> None:
    """Nothing more is to be done: no reserve stays."""
    claim.stage = stages.next_stage(claim.stage, "closed")
    claim.closed_at = now
    for head in claim.heads:
        if head.reserve:
            set_reserve(session, head, Decimal(0), "closed", member_id=None, now=now)
    for kind in ("claims.documents", "claims.assess", "claims.objection", "claims.advance"):
        timeline.staff_done(session, claim, kind, None, now)
    timeline.stop_clocks(session, claim, now)
    timeline.note(session, claim, "closed", "storefront", now)
