"""What needs a person: jobs that gave up, money held back, refunds that failed, referred applications."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from storefront import clock
from storefront.access import Member
from storefront.applications.models import Application
from storefront.crypto import is_reference
from storefront.evidence import service as evidence
from storefront.payments import service as payments
from storefront.payments.models import Payment, Refund

MOST_SHOWN = 200
REFERENCE_PREFIXES = "QAPRC"


@dataclass(frozen=True)
class FailedJob:
    """A background job that gave up after its last attempt."""

    id: int
    task: str
    arguments: dict[str, str]
    attempts: int
    failed_at: datetime | None


@dataclass(frozen=True)
class Desk:
    """Everything that waits, each list oldest first."""

    jobs: Sequence[FailedJob]
    held: Sequence[Payment]
    refunds: Sequence[Refund]
    referred: Sequence[Application]


def overview(session: Session) -> Desk:
    """All that needs a person now."""
    return Desk(
        jobs=failed_jobs(session),
        held=payments.held_payments(session),
        refunds=payments.failed_refunds(session),
        referred=session.scalars(
            select(Application)
            .where(Application.state == "referred")
            .order_by(Application.submitted_at)
            .limit(MOST_SHOWN)
        ).all(),
    )


def failed_jobs(session: Session) -> list[FailedJob]:
    """Jobs that gave up; of their arguments only numbers and references are shown."""
    rows = session.execute(
        text(
            "select j.id, j.task_name, j.args, j.attempts, max(e.at) as failed_at"
            " from procrastinate_jobs j left join procrastinate_events e"
            " on e.job_id = j.id and e.type = 'failed'"
            " where j.status = 'failed' group by j.id order by failed_at nulls first, j.id"
            " limit :most"
        ),
        {"most": MOST_SHOWN},
    )
    return [
        FailedJob(row.id, row.task_name, visible_arguments(row.args), row.attempts, row.failed_at)
        for row in rows
    ]


def visible_arguments(arguments: dict[str, Any]) -> dict[str, str]:
    """Arguments that name a row; anything else could be personal and stays hidden."""
    return {name: str(value) if _names_a_row(value) else "…" for name, value in arguments.items()}


def decide_held(
    session: Session, payment_ref: str, member: Member, now: datetime, *, release: bool
) -> None:
    """Lets held money lead to its policy, or sends it back; the decision goes into the evidence.

    Raises errors.NotFound or errors.Refused.
    """
    payment = payments.get(session, payment_ref)
    if release:
        payments.release_hold(session, payment, now)
    else:
        payments.refund_held(session, payment, now)
    application = payment.application
    happening = evidence.Happening(
        chain=application.ref,
        kind="held-payment-released" if release else "held-payment-refunded",
        actor=f"staff:{member.id}",
        details={"payment": payment.ref},
    )
    retain_until = application.retain_until or clock.add_years(clock.local_date(now), 10)
    evidence.record(session, happening, now, retain_until)


def _names_a_row(value: Any) -> bool:
    if isinstance(value, str):
        return any(is_reference(value, prefix) for prefix in REFERENCE_PREFIXES)
    return isinstance(value, int)
