"""From what is due to orders: by the account of the customer, or by payees whom an assessor names."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storefront.audit import service as audit
from storefront.audit.service import Deed
from storefront.claims import bank
from storefront.claims.models import (
    BankAccount,
    Claim,
    ClaimAdvance,
    ClaimDecision,
    ClaimExGratia,
    ClaimReturn,
)
from storefront.claims.payouts import entitled, rules
from storefront.claims.payouts.models import PayoutDue, PayoutOrder
from storefront.claims.service import contract, paying, timeline
from storefront.claims.service.paying import Payable
from storefront.claims.service.reporting import send_mail
from storefront.crypto import new_reference
from storefront.errors import Conflict, Refused
from storefront.worklist import service as worklist
from storefront.worklist.service import Work

APPROVE_WORK, PAYEES_WORK, ASK_WORK = "payouts.approve", "claims.payees", "claims.payout"


@dataclass(frozen=True)
class Payee:
    """Somebody who is to be paid, with account and weight of the share."""

    kind: str
    name: str
    bank: str
    number: str
    share: Decimal


def order(session: Session, claim: Claim, payable: Payable, now: datetime) -> None:
    """Orders what became payable, once for its key; the claim must be locked (`when_payable`)."""
    if session.scalar(select(PayoutDue).where(PayoutDue.key == payable.key)) is not None:
        return
    due = PayoutDue(
        key=payable.key,
        claim_id=claim.id,
        amount=payable.amount,
        asked_by=_who_decided(session, payable.key),
        split=False,
        at=now,
    )
    session.add(due)
    session.flush()
    account = session.get_one(BankAccount, payable.account_id)
    _order_to_account(session, claim, due, account, now)


def account_given(session: Session, claim: Claim, account: BankAccount, now: datetime) -> None:
    """Orders again what the bank rejected, now to the account that the customer gave instead."""
    timeline.staff_done(session, claim, PAYEES_WORK, None, now)
    for due in dues_of(session, claim):
        if not due.split and open_part(due) > 0:
            _order_to_account(session, claim, due, account, now)


def set_payees(
    session: Session,
    due: PayoutDue,
    payees: Sequence[Payee],
    member_id: int,
    now: datetime,
    *,
    why: str = "",
) -> list[PayoutOrder]:
    """An assessor names who is paid: orders that nobody approved make way for these.

    The claim must be locked. Raises Conflict where nothing is left to order, Refused for no payees, and
    for others than the contract names, or with other shares, without a reason (`why`).
    """
    if not payees or any(payee.share <= 0 for payee in payees):
        raise Refused(_("Please name at least one payee, each with a share."))
    claim = due.claim
    given = [(payee.name, payee.share) for payee in payees]
    if not why and rules.differs(entitled.of(session, claim, due.key), given):
        raise Refused(
            _(
                "The contract names other beneficiaries or shares. Please say why it is paid otherwise."
            )
        )
    for row in due.orders:
        if row.state in ("requested", "held"):
            _dismiss(session, row, "replaced", member_id, now)
    session.flush()
    amount = open_part(due)
    if amount <= 0:
        raise Conflict(_("Everything of this is ordered already."))
    due.split = True
    made = []
    for payee, part in zip(
        payees, rules.shares(amount, [payee.share for payee in payees]), strict=True
    ):
        if part <= 0:
            raise Refused(_("A share is too small to be paid."))
        made.append(_request(session, due, payee, part, now, by=member_id))
    timeline.staff_done(session, claim, PAYEES_WORK, member_id, now)
    after = {"due": due.key, "orders": [[row.ref, row.payee_kind, str(row.amount)] for row in made]}
    deed = Deed("payouts.request", "claim", claim.ref, why or None, after=after)
    audit.record(session, member_id, deed, now)
    return made


def ask_for(session: Session, row: PayoutOrder, member_id: int, now: datetime) -> None:
    """A member asks for a payment that the rules decided: money never leaves by one person alone.

    Claim and order must be locked; asking again changes nothing. Raises Conflict where the order does
    not wait for it.
    """
    if row.state != "requested":
        raise Conflict(_("This order is not waiting for approval."))
    if row.requested_by is not None:
        return
    row.requested_by, row.requested_at = member_id, now
    session.flush()
    rest = (one for due in dues_of(session, row.claim) for one in due.orders)
    if not any(needs_asking(one) for one in rest):
        timeline.staff_done(session, row.claim, ASK_WORK, member_id, now)
    _ask_for_approval(session, row, now)
    after = {"order": row.ref, "amount": str(row.amount)}
    deed = Deed("payouts.request", "claim", row.claim.ref, after=after)
    audit.record(session, member_id, deed, now)


def needs_asking(row: PayoutOrder) -> bool:
    """Whether no member has asked for an order: the rules decided, and a first person has to look."""
    return row.state == "requested" and row.requested_by is None


def is_sent(due: PayoutDue) -> bool:
    """Whether money of it is with the bank, or has been paid."""
    return any(row.bank_file_id is not None and row.state != "rejected" for row in due.orders)


def anything_sent(session: Session, claim: Claim) -> bool:
    """Whether money for a claim is with the bank, or has been paid."""
    sent = select(PayoutOrder.id).where(
        PayoutOrder.claim_id == claim.id,
        PayoutOrder.bank_file_id.is_not(None),
        PayoutOrder.state != "rejected",
    )
    return session.scalar(sent.limit(1)) is not None


def void(session: Session, due: PayoutDue, member_id: int | None, now: datetime) -> None:
    """What it was due for was taken back: its orders go no further. Raises Conflict once it is sent."""
    if is_sent(due):
        raise Conflict(_("This order has gone to the bank already."))
    for row in due.orders:
        if row.state in rules.LIVING:
            _dismiss(session, row, "taken-back", member_id, now)
    due.void_at = now
    session.flush()
    timeline.staff_done(session, due.claim, PAYEES_WORK, member_id, now)


def dues_of(session: Session, claim: Claim) -> list[PayoutDue]:
    """What is or was to be paid for a claim and did not fall away, oldest first, locked."""
    found = select(PayoutDue).where(PayoutDue.claim_id == claim.id, PayoutDue.void_at.is_(None))
    return list(session.scalars(found.order_by(PayoutDue.id).with_for_update()))


def open_part(due: PayoutDue) -> Decimal:
    """What of an amount no living order pays."""
    living = (row.amount for row in due.orders if row.state in rules.LIVING)
    return due.amount - sum(living, Decimal(0))


def ask_for_payees(session: Session, claim: Claim, now: datetime) -> None:
    """Work for an assessor: somebody has to say who is paid."""
    running = [row for row in timeline.clocks_of(session, claim) if row.kind == "paid"]
    due_at = running[-1].due_at if running else now + timedelta(days=3)
    timeline.ask_staff(session, claim, PAYEES_WORK, due_at, now)


def _order_to_account(
    session: Session, claim: Claim, due: PayoutDue, account: BankAccount, now: datetime
) -> None:
    name = account.details["payee"]
    benefit = not due.key.startswith("return:")  # premiums and cash values are the policyholder's
    definition = contract.definition_of(session, claim)
    kind, question = rules.payee_of(
        name,
        entitled.parties(session, claim),
        after_death=benefit and entitled.after_death(session, claim, definition),
    )
    payee = Payee(kind, name, account.details["bank"], account.details["number"], Decimal(1))
    row = _request(session, due, payee, open_part(due), now, by=due.asked_by, held=question)
    if row.state == "held":
        ask_for_payees(session, claim, now)
        tell_of_delay(session, row, "held", now)


def tell_of_delay(session: Session, row: PayoutOrder, why: str, now: datetime) -> None:
    """The customer is told that a payment was held, or that the bank rejected one to another payee."""
    claim = row.due.claim
    context = {
        "ref": claim.ref, "amount": str(row.amount), "why": why,
        "account": claim.customer_id is not None,
    }  # fmt: skip
    send_mail(session, claim, "claim_delayed", context, now, key=f"{why}:{row.ref}")


def _request(
    session: Session,
    due: PayoutDue,
    payee: Payee,
    amount: Decimal,
    now: datetime,
    *,
    by: int | None,
    held: str | None = None,
) -> PayoutOrder:
    last = select(func.max(PayoutOrder.part)).where(PayoutOrder.due_id == due.id)
    row = PayoutOrder(
        ref=new_reference("O"),
        due=due,
        claim_id=due.claim_id,
        part=(session.scalar(last) or 0) + 1,
        amount=amount,
        payee_kind=payee.kind,
        payee={"name": payee.name, "bank": payee.bank, "number": payee.number},
        masked=bank.mask(payee.number),
        state="held" if held else "requested",
        reason=held,
        requested_by=by,
        requested_at=now,
    )
    session.add(row)
    session.flush()
    if not held and by is not None:
        _ask_for_approval(session, row, now)
    elif not held:
        timeline.ask_staff(session, due.claim, ASK_WORK, _due_at(session, row, now), now)
    return row


def _ask_for_approval(session: Session, row: PayoutOrder, now: datetime) -> None:
    due_at = _due_at(session, row, now)
    work = Work(APPROVE_WORK, row.ref, APPROVE_WORK, due_at, worklist.NORMAL, row.requested_by)
    worklist.open_item(session, work, now)


def _due_at(session: Session, row: PayoutOrder, now: datetime) -> datetime:
    """Within a day, and never later than the customer has to be paid."""
    clocks = [one for one in timeline.clocks_of(session, row.due.claim) if one.kind == "paid"]
    due_at = now + timedelta(days=1)
    if clocks and clocks[-1].met_at is None:
        due_at = min(due_at, clocks[-1].due_at)
    return due_at


def _dismiss(
    session: Session, row: PayoutOrder, reason: str, member_id: int | None, now: datetime
) -> None:
    row.state, row.reason = rules.next_state(row.state, "dismissed"), reason
    worklist.close_item(session, APPROVE_WORK, row.ref, member_id, now)
    timeline.staff_done(session, row.claim, ASK_WORK, member_id, now)


def _who_decided(session: Session, key: str) -> int | None:
    kind, _colon, number = key.partition(":")
    if kind == "decision":
        return session.get_one(ClaimDecision, int(number)).decided_by
    if kind == "advance":
        ahead = session.get_one(ClaimAdvance, int(number))
        if ahead.member_id is None and ahead.decision_id is not None:  # paid ahead at an objection
            return session.get_one(ClaimDecision, ahead.decision_id).decided_by
        return ahead.member_id
    if kind == "return":
        cause = session.get_one(ClaimReturn, int(number)).decision_id
        return session.get_one(ClaimDecision, cause).decided_by
    return session.get_one(ClaimExGratia, int(number)).requested_by


def connect() -> None:
    """Has everything ordered that becomes payable."""
    paying.when_payable(order)
    paying.when_account_given(account_given)
