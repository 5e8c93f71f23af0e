"""What went wrong and needs a person: jobs that gave up, money held back; and work that changes hands."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from storefront import clock, jobs
from storefront.access import Member
from storefront.audit import service as audit
from storefront.crypto import is_reference
from storefront.errors import NotFound, Refused
from storefront.evidence import service as evidence
from storefront.payments import service as payments
from storefront.payments.models import Payment, Refund
from storefront.staff import approvals
from storefront.worklist import service as worklist
from storefront.worklist.models import WorkItem

PAGE = 50
REFERENCE_PREFIXES = "QAPRC"
LARGE_REFUND = "refund.large"


@dataclass(frozen=True)
class FailedJob:
    """A background job that gave up after its last attempt."""

    id: int
    task: str
    arguments: dict[str, str]
    attempts: int
    failed_at: datetime | None
    cause: str | None


def failed_jobs(session: Session, after: int = 0, limit: int = PAGE) -> list[FailedJob]:
    """Jobs that gave up, oldest first; of their arguments only numbers and references are shown."""
    rows = session.execute(
        text(
            "select j.id, j.task_name, j.args, j.attempts, f.cause, coalesce(f.at, (select max(at)"
            " from procrastinate_events e where e.job_id = j.id and e.type = 'failed')) as failed_at"
            " from procrastinate_jobs j left join procrastinate_job_failures f on f.job_id = j.id"
            " where j.status = 'failed' and j.id > :after order by j.id limit :limit"
        ),
        {"after": after, "limit": limit},
    )
    return [
        FailedJob(
            row.id,
            row.task_name,
            visible_arguments(row.args),
            row.attempts,
            row.failed_at,
            row.cause,
        )
        for row in rows
    ]


def visible_arguments(arguments: dict[str, Any]) -> dict[str, str]:
    """Arguments that name a row; anything else could be personal and stays hidden."""
    return {name: str(value) if _names_a_row(value) else "…" for name, value in arguments.items()}


def retry_job(session: Session, job_id: int, member: Member, now: datetime) -> None:
    """Puts a failed job back into the queue; pressing twice is harmless."""
    jobs.retry_failed(session, job_id)
    audit.record(session, member.id, audit.Deed("jobs.retry", "job", str(job_id)), now)


def release_held(session: Session, payment_ref: str, member: Member, now: datetime) -> None:
    """Lets held money lead to its policy. Raises errors.NotFound or errors.Refused."""
    payment = payments.get(session, payment_ref)
    payments.release_hold(session, payment, now)
    _record_decision(session, payment, "released", member, now)


def return_held(
    session: Session, payment_ref: str, member: Member, alone_up_to: Decimal, now: datetime
) -> bool:
    """Sends held money back; False where a second person has to agree first.

    One person alone may send up to `alone_up_to` yuan; what another currency is worth nobody knows here.

    Raises errors.NotFound, errors.Refused, or errors.Conflict where a second person is asked already.
    """
    payment = payments.lock(session, payments.get(session, payment_ref).id)
    if payment.held_reason is None:
        raise Refused(_("This payment is not held."))
    left = payments.left_to_refund(session, payment)
    currency = payment.received_currency or payment.currency
    if currency == "CNY" and left <= alone_up_to:
        payments.refund_held(session, payment, now)
        _record_decision(session, payment, "refunded", member, now)
        return True
    asked = {"amount": str(left), "currency": currency}
    approvals.request(
        session, approvals.Ask(LARGE_REFUND, payment.ref, payment.held_reason, asked), member, now
    )
    return False


def return_approved(
    session: Session, approval: approvals.Approval, member: Member, now: datetime
) -> None:
    """What follows when a second person agreed: the money goes back."""
    payment = payments.get(session, approval.subject)
    payments.refund_held(session, payment, now)
    _record_decision(session, payment, "refunded", member, now, asked_by=approval.requested_by_id)


def refund_again(session: Session, refund_ref: str, member: Member, now: datetime) -> None:
    """Sends a refund that failed once more. Raises errors.NotFound or errors.Refused."""
    refund = session.scalar(select(Refund).where(Refund.ref == refund_ref))
    if refund is None:
        raise NotFound
    payments.request_refund(session, refund.payment, refund.amount, refund.reason, now)
    audit.record(session, member.id, audit.Deed("refunds.again", "refund", refund_ref), now)


def reassign(
    session: Session, item_id: int, to: Member | None, member: Member, now: datetime
) -> None:
    """Gives a piece of work to somebody, or back to the queue, and keeps who did."""
    item = session.get(WorkItem, item_id)
    before = {"assignee": item.assignee_id if item else None}
    item = worklist.hand_over(session, item_id, to, now)
    after = {"assignee": item.assignee_id}
    deed = audit.Deed("work.hand-over", item.kind, item.subject, before=before, after=after)
    audit.record(session, member.id, deed, now)


def _record_decision(
    session: Session,
    payment: Payment,
    decision: str,
    member: Member,
    now: datetime,
    *,
    asked_by: int | None = None,
) -> None:
    """The decision goes into the evidence of the sale and into the audit."""
    application = payment.application
    details = {"payment": payment.ref}
    if asked_by is not None:
        details["asked_by"] = f"staff:{asked_by}"
    happening = evidence.Happening(
        chain=application.ref,
        kind=f"held-payment-{decision}",
        actor=f"staff:{member.id}",
        details=details,
    )
    retain_until = application.retain_until or clock.add_years(clock.local_date(now), 10)
    evidence.record(session, happening, now, retain_until)
    deed = audit.Deed(f"payments.{decision}", "payment", payment.ref, payment.held_reason)
    audit.record(session, member.id, deed, now)


def _names_a_row(value: Any) -> bool:
    if isinstance(value, str):
        return any(is_reference(value, prefix) for prefix in REFERENCE_PREFIXES)
    return isinstance(value, int)
