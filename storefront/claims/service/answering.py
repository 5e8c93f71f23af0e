"""What a customer answers: agrees and names an account, objects, withdraws; and opening a claim again."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.attachments import service as attachments
from storefront.audit import service as audit
from storefront.audit.service import Deed
from storefront.claims import bank, clocks, stages
from storefront.claims.models import BankAccount, Claim, ClaimDecision, Objection
from storefront.claims.payouts import settling
from storefront.claims.service import deciding, handing_in, heads, paying, timeline
from storefront.claims.service.paying import Payable
from storefront.crypto import lookup_hash, sha256
from storefront.errors import Conflict, Refused

REVIEW_WORK = "claims.objection"


@dataclass(frozen=True)
class Account:
    """Where to pay to, as typed and checked."""

    payee: str
    bank: str
    number: str
    consent: str  # the statement agreed to (S-08)


def give_account(session: Session, claim: Claim, account: Account, now: datetime) -> BankAccount:
    """Keeps the account to pay to, in place of an earlier one, and releases what waited for it."""
    earlier = paying.account_of(session, claim)
    if earlier is not None:
        earlier.replaced_at = now
    row = BankAccount(
        claim_id=claim.id,
        details={"payee": account.payee, "bank": account.bank, "number": account.number},
        masked=bank.mask(account.number),
        number_hash=lookup_hash("bank-account", account.number),
        consent_sha256=sha256(account.consent.encode()),
        given_at=now,
    )
    session.add(row)
    session.flush()
    actor = timeline.customer(claim)
    timeline.note(session, claim, "account", actor, now)
    timeline.prove(
        session, claim, "confirmed:bank-account", actor, now,
        content=account.consent, details={"account": row.masked, "payee": account.payee},
    )  # fmt: skip
    paying.account_given(session, claim, row, now)
    return row


def accept(session: Session, claim: Claim, account: Account, shown: str, now: datetime) -> None:
    """The customer agrees with what is to be paid: the time to pay begins (C-03, C-07).

    `shown` is the decision as the page showed it. The claim must be locked; agreeing again changes
    nothing. Raises Conflict where nothing waits for agreement.
    """
    decision = deciding.latest(session, claim)
    if decision is not None and decision.accepted_at is not None and claim.stage == "paying":
        return
    if decision is None or claim.stage != "decided" or not decision.amount:
        raise Conflict(_("There is nothing to agree to at present."))
    row = give_account(session, claim, account, now)
    decision.accepted_at = now
    claim.stage = stages.next_stage(claim.stage, "paying")
    timeline.start_clock(session, claim, "paid", now)
    actor = timeline.customer(claim)
    timeline.note(session, claim, "accepted", actor, now)
    timeline.prove(
        session, claim, "decision-accepted", actor, now,
        content=shown, details={"number": decision.number, "amount": str(decision.amount)},
    )  # fmt: skip
    left = decision.amount - paying.promised(session, claim)
    if left > 0:
        paying.announce(session, claim, Payable(f"decision:{decision.id}", left, row.id), now)
    elif settling.all_paid(session, claim):  # else the claim waits for what is ordered
        paying.settled(session, claim, now)


def may_object(session: Session, claim: Claim) -> bool:
    """Whether a decision can be objected to: once; after that there is the complaint (Q-01)."""
    decided = claim.stage in ("decided", "closed") and claim.decision in (
        "approved", "partly_approved", "declined", "closed_without_payment",
    )  # fmt: skip
    decision = deciding.latest(session, claim)
    agreed = decision is not None and decision.accepted_at is not None
    return decided and not agreed and not objections(session, claim)


def object_until(session: Session, claim: Claim) -> datetime | None:
    """Until when a refusal can be objected to on the page; None before it was told."""
    decision = deciding.latest(session, claim)
    if decision is None or decision.told_at is None:
        return None
    return decision.told_at + timedelta(days=int(clocks.table()["objection_days"]))


def objections(session: Session, claim: Claim) -> list[Objection]:
    """The objections to decisions on a claim, oldest first."""
    found = select(Objection).where(Objection.claim_id == claim.id).order_by(Objection.id)
    return list(session.scalars(found))


def object_to(session: Session, claim: Claim, reasons: str, now: datetime) -> Objection:
    """Somebody who did not decide looks again; what is undisputed is paid ahead (C-04).

    The claim must be locked. Raises Conflict where there is nothing (more) to object to.
    """
    decision = deciding.latest(session, claim)
    if decision is None or not may_object(session, claim):
        raise Conflict(_("This decision cannot be objected to here (any more)."))
    due = _back_to_assessment(session, claim, now)
    _keep_longer(session, claim, now)
    objection = Objection(
        claim_id=claim.id,
        decision_id=decision.id,
        reasons=reasons,
        state="open",
        outcome=None,
        made_at=now,
        due_at=due,
    )
    session.add(objection)
    session.flush()
    actor = timeline.customer(claim)
    timeline.note(session, claim, "objected", actor, now)
    timeline.prove(session, claim, "objection", actor, now, content=reasons)
    timeline.ask_staff(session, claim, REVIEW_WORK, due, now, barred_id=decision.decided_by)
    heads.renew_reserves(session, claim, paying.promised(session, claim), "objected", now)
    if decision.amount:
        paying.advance_amount(session, claim, decision.amount, "objection", now, decision=decision)
    return objection


def may_withdraw(session: Session, claim: Claim) -> bool:
    """Whether a claim can be withdrawn: nobody has decided it, and nothing was paid or promised."""
    open_stage = claim.stage in ("reported", "documents", "assessment")
    promised = paying.promised(session, claim) > 0
    return open_stage and not promised and not objections(session, claim)


def withdraw(session: Session, claim: Claim, now: datetime) -> None:
    """The customer does not want the claim any more. Raises Conflict once it was decided or paid ahead."""
    if not may_withdraw(session, claim):
        raise Conflict(_("This claim can no longer be withdrawn."))
    claim.decision = stages.next_decision(claim.decision, "withdrawn")
    actor = timeline.customer(claim)
    timeline.note(session, claim, "withdrawn", actor, now)
    timeline.prove(session, claim, "claim-withdrawn", actor, now)
    paying.close(session, claim, now)


def reopen(session: Session, claim: Claim, reason: str, member_id: int, now: datetime) -> None:
    """A member opens a closed claim again; it is looked at by a person, never by the rules alone.

    Raises Refused where it is not closed.
    """
    if claim.stage != "closed":
        raise Refused(_("Only a closed claim can be opened again."))
    due = _back_to_assessment(session, claim, now)
    timeline.note(session, claim, "reopened", f"staff:{member_id}", now)
    timeline.prove(
        session, claim, "claim-reopened", f"staff:{member_id}", now, details={"reason": reason}
    )
    heads.renew_reserves(session, claim, paying.promised(session, claim), "reopened", now)
    audit.record(session, member_id, Deed("claims.reopen", "claim", claim.ref, reason), now)
    if claim.stage == "assessment":
        timeline.ask_staff(session, claim, "claims.assess", due, now)


def close_unanswered(session: Session, now: datetime) -> int:
    """Closes claims declined long ago that nobody objected to; gives their number."""
    days = int(clocks.table()["objection_days"])
    declined = (
        select(Claim.id)
        .join(ClaimDecision, ClaimDecision.claim_id == Claim.id)
        .where(
            Claim.stage == "decided",
            Claim.decision == "declined",
            ClaimDecision.told_at < now - timedelta(days=days),
        )
        .limit(200)
    )
    closed = 0
    for claim_id in session.scalars(declined).all():
        claim = session.get_one(Claim, claim_id, with_for_update=True, populate_existing=True)
        latest = deciding.latest(session, claim)
        long_ago = latest and latest.told_at and latest.told_at < now - timedelta(days=days)
        if claim.stage == "decided" and claim.decision == "declined" and long_ago:
            paying.close(session, claim, now)
            closed += 1
    return closed


def _back_to_assessment(session: Session, claim: Claim, now: datetime) -> datetime:
    """Gives when a decision is due; where documents are missing its time begins once they are there."""
    claim.reopened = claim.reopened or claim.stage == "closed"
    claim.closed_at = None
    claim.decision = stages.next_decision(claim.decision, "pending")
    claim.stage = stages.next_stage(claim.stage, "assessment")
    claim.automatic = False
    for kind in ("told", "refusal"):
        timeline.meet(session, claim, kind, now)
    if handing_in.is_complete(session, claim):
        return timeline.start_clock(session, claim, "decision", now).due_at
    claim.stage = stages.next_stage(claim.stage, "documents")
    return timeline.due_at(session, claim, "decision", now)


def _keep_longer(session: Session, claim: Claim, now: datetime) -> None:
    """A dispute is kept two years longer (E-03)."""
    until = timeline.retention(claim.policy.retain_until, now, disputed=True)
    claim.retain_until = max(claim.retain_until, until)
    for kind in (handing_in.OWNER, timeline.DESK_FILES):
        attachments.retain(session, kind, claim.ref, claim.retain_until)
