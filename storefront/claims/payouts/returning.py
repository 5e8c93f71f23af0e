"""What the bank says about orders: read whole or not at all, each line once, in doubt held for a person."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from storefront.audit import service as audit
from storefront.audit.service import Deed
from storefront.claims.models import Claim
from storefront.claims.payouts import bank_format, ordering, rules, settling
from storefront.claims.payouts.models import BankReturn, BankReturnLine, PayoutOrder
from storefront.claims.service import access
from storefront.crypto import sha256
from storefront.errors import NotFound
from storefront.worklist import service as worklist
from storefront.worklist.service import Work

HELD_WORK = "payouts.held"


def take_in(
    session: Session, data: bytes, file_name: str, member_id: int | None, now: datetime
) -> tuple[BankReturn, bool]:
    """Takes a return file in; gives its row, and whether it is new. The same file changes nothing.

    Raises bank_format.Faulty naming every faulty line; then nothing of the file is used.
    """
    digest = sha256(data)
    read = bank_format.read(data)
    values = {
        "number": read.number, "sha256": digest, "file_name": file_name[:200],
        "member_id": member_id, "at": now,
    }  # fmt: skip
    row = _new(session, values)
    if row is None:
        return _earlier(session, read, digest), False
    fresh = _not_seen(session, read.lines)
    orders = _locked(session, fresh)
    counts = Counter(repeated=len(read.lines) - len(fresh))
    for line in fresh:
        outcome = _apply(session, row, line, orders.get(line.order), now)
        counts[outcome] += 1
    row.counts = {name: counts[name] for name in ("paid", "rejected", "held", "repeated")}
    deed = Deed("bank.return", "bank-return", row.number, after=row.counts)
    audit.record(session, member_id, deed, now)
    return row, True


def resolve(
    session: Session, line_id: int, note: str, member_id: int, now: datetime
) -> BankReturnLine:
    """A person has cleared with the bank what a held line means; doing so again changes nothing.

    What the bank paid after a rejection counts as paid from then on. Raises NotFound.
    """
    line = session.get(BankReturnLine, line_id, with_for_update=True, populate_existing=True)
    if line is None or line.outcome != "held":
        raise NotFound
    if line.resolved_at is not None:
        return line
    line.resolution, line.resolved_by, line.resolved_at = note, member_id, now
    worklist.close_item(session, HELD_WORK, line.line_key, member_id, now)
    deed = Deed("bank.resolve", "bank-line", line.line_key, note)
    audit.record(session, member_id, deed, now)
    if line.reason == "paid-after-rejection" and line.order_id is not None:
        order = session.get_one(PayoutOrder, line.order_id)
        access.lock_row(session, order.claim_id)
        session.refresh(order, with_for_update=True)
        if order.state == "rejected" and ordering.open_part(order.due) >= order.amount:
            settling.paid(session, order, now)
    return line


def _new(session: Session, values: Mapping[str, object]) -> BankReturn | None:
    """The row of a file that nobody took in before; of two at once the second waits here."""
    made = insert(BankReturn).values(counts={}, **values).on_conflict_do_nothing()
    new_id = session.scalar(made.returning(BankReturn.id))
    return session.get_one(BankReturn, new_id) if new_id else None


def _earlier(session: Session, read: bank_format.Return, digest: str) -> BankReturn:
    """The same file; another one under the same number is a fault."""
    found = session.scalar(select(BankReturn).where(BankReturn.sha256 == digest))
    if found is None:
        raise bank_format.Faulty([(1, "number-used")])
    return found


def _not_seen(session: Session, lines: Sequence[bank_format.Line]) -> list[bank_format.Line]:
    """The lines whose keys are new; a key that stands for something else now is a fault."""
    keys = [line.key for line in lines]
    found = session.scalars(select(BankReturnLine).where(BankReturnLine.line_key.in_(keys)))
    seen = {row.line_key: (row.order_ref, row.amount, row.result) for row in found}
    wrong = [
        (line.number, "key-used")
        for line in lines
        if line.key in seen and seen[line.key] != (line.order, line.amount, line.result)
    ]
    if wrong:
        raise bank_format.Faulty(wrong)
    return [line for line in lines if line.key not in seen]


def _locked(session: Session, lines: Sequence[bank_format.Line]) -> dict[str, PayoutOrder]:
    """The orders of the lines, their policies and claims locked in one order for everybody."""
    refs = {line.order for line in lines}
    claims = session.execute(
        select(Claim.id, Claim.policy_id)
        .join(PayoutOrder, PayoutOrder.claim_id == Claim.id)
        .where(PayoutOrder.ref.in_(refs))
        .order_by(Claim.policy_id, Claim.id)
        .distinct()
    )
    for claim_id, _policy_id in claims.all():
        access.lock_row(session, claim_id)
    found = session.scalars(
        select(PayoutOrder)
        .where(PayoutOrder.ref.in_(refs))
        .order_by(PayoutOrder.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {row.ref: row for row in found}


def _apply(
    session: Session,
    file: BankReturn,
    line: bank_format.Line,
    order: PayoutOrder | None,
    now: datetime,
) -> str:
    known = order and rules.Known(order.state, order.amount, order.bank_file_id is not None)
    verdict = rules.verdict(known or None, line.result, line.amount)
    row = BankReturnLine(
        return_id=file.id,
        number=line.number,
        line_key=line.key,
        order_ref=line.order,
        order_id=order.id if order else None,
        amount=line.amount,
        result=line.result,
        bank_reason=line.reason or None,
        outcome=verdict.outcome,
        reason=verdict.reason,
    )
    session.add(row)
    session.flush()
    if order is not None and verdict.outcome == "paid":
        settling.paid(session, order, now)
    elif order is not None and verdict.outcome == "rejected":
        settling.rejected(session, order, line.reason, now)
    else:
        due_at = now + timedelta(days=1)
        worklist.open_item(session, Work(HELD_WORK, line.key, "bank", due_at), now)
        if order is not None and verdict.reason == "paid-after-rejection":
            settling.stop_replacement(session, order, now)
    return verdict.outcome
