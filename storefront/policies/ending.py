"""The end of a contract by something that happened, such as a claim; and taking that end back."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from storefront.accumulation import service as accumulation
from storefront.policies import rules
from storefront.policies.models import Policy, PolicyTransaction
from storefront.policies.service import record, transactions_of

TERMINATION, TAKEN_BACK = "termination", "termination-taken-back"


def ended_by(session: Session, policy: Policy, cause: str) -> PolicyTransaction | None:
    """The transaction by which a cause ended the contract; None where it did not, or no longer."""
    last = transactions_of(session, policy)[-1]
    ended = last.kind == TERMINATION and last.content.get("ended_by") == cause
    return last if ended else None


def terminate(
    session: Session, policy: Policy, effective_at: datetime, cause: str, now: datetime
) -> bool:
    """Ends a contract that is in force, by a transaction of its own; gives whether it did.

    `cause` is the reference of what ended it. The policy must be locked.
    """
    if policy.state not in ("in_force", "lapsed"):
        return False
    policy.state = rules.next_state(policy.state, "terminated")
    accumulation.end(session, policy.application_id, effective_at)
    _append(session, policy, TERMINATION, effective_at, now, ended_by=cause)
    return True


def take_back(session: Session, policy: Policy, cause: str, now: datetime) -> bool:
    """The contract goes on as if it had never ended, where this cause ended it; gives whether it did."""
    ended = ended_by(session, policy, cause)
    if ended is None:
        return False
    policy.state = rules.next_state(policy.state, "in_force")
    accumulation.go_on(session, policy.application_id, policy.end_at)
    _append(session, policy, TAKEN_BACK, ended.effective_at, now, ended_by=None)
    return True


def _append(
    session: Session,
    policy: Policy,
    kind: str,
    effective_at: datetime,
    now: datetime,
    *,
    ended_by: str | None,
) -> None:
    last = transactions_of(session, policy)[-1]
    session.add(
        PolicyTransaction(
            policy_id=policy.id,
            position=last.position + 1,
            kind=kind,
            effective_at=effective_at,
            recorded_at=now,
            premium_change=Decimal(0),
            content={**last.content, "ended_by": ended_by},
        )
    )
    session.flush()
    details = {"effective_at": effective_at.isoformat(), "by": ended_by}
    record(session, policy, f"policy-{kind}", actor="storefront", details=details, now=now)
