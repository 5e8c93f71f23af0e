"""Everything about one policy for the staff: versions, documents, payments, claims, notes, failed jobs."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, false, select, text
from sqlalchemy.orm import Session, contains_eager, defer, joinedload

from storefront import jobs
from storefront.access import Member
from storefront.accounts.models import Customer
from storefront.applications.models import Application
from storefront.audit import service as audit
from storefront.catalog import service as catalog
from storefront.catalog.definition import ProductDefinition
from storefront.claims.models import Claim
from storefront.crypto import is_reference
from storefront.customers.models import PolicyNote
from storefront.errors import NotFound
from storefront.payments.models import Payment, Refund
from storefront.policies.models import Policy, PolicyDocument, PolicyTransaction
from storefront.support import tickets
from storefront.support.models import Ticket

# Jobs about a policy name it, those of its mails name the mail, those of its money the refund. What
# failed is little, so the question begins there.
_FAILED = text(
    "select j.id, j.task_name, j.attempts, f.cause, f.at from procrastinate_jobs j"
    " left join procrastinate_job_failures f on f.job_id = j.id where j.status = 'failed'"
    " and (j.args ->> 'policy_id' = :id and j.task_name like 'policies.%'"
    " or j.task_name = 'mail.send' and exists (select from mail m"
    " where m.id = (j.args ->> 'mail_id')::bigint and starts_with(m.key, :mails))"
    " or j.task_name = 'payments.send_refund' and exists (select from refund r"
    " join payment p on p.id = r.payment_id where r.id = (j.args ->> 'refund_id')::bigint"
    " and p.application_id = :application_id))"
    " order by j.id limit 50"
)


@dataclass(frozen=True)
class Everything:
    """What there is of a policy; what the member may not read is empty."""

    policy: Policy
    customer: Customer
    definition: ProductDefinition
    versions: Sequence[Any]
    documents: Sequence[PolicyDocument]
    payments: Sequence[Any]
    claims: Sequence[Claim]
    notes: Sequence[PolicyNote]
    failed: Sequence[Any]
    tickets: Sequence[Ticket]


def get(session: Session, number: str) -> Policy:
    """A policy by its number, or by its application's while it has none. Raises NotFound."""
    by_number = Policy.number == number
    which = Application.ref == number if is_reference(number, "A") else by_number
    found = session.scalar(
        select(Policy)
        .join(Policy.application)
        .where(which)
        .options(contains_eager(Policy.application))
    )
    if found is None:
        raise NotFound
    return found


def read(session: Session, policy: Policy, member: Member) -> Everything:
    """Each sort in one question to the database."""
    may, versions = member.permissions, _versions(session, policy)
    customer, written = _customer(session, policy, may)
    return Everything(
        policy,
        customer,
        catalog.get(session, policy.product_code, policy.product_version).definition,
        versions=versions,
        documents=[row for _version, row in versions if row is not None],
        payments=_payments(session, policy) if "payments.read" in may else (),
        claims=_claims(session, policy) if "claims.read" in may else (),
        notes=session.scalars(
            select(PolicyNote)
            .where(PolicyNote.policy_id == policy.id)
            .options(joinedload(PolicyNote.member))
            .order_by(PolicyNote.id.desc())
        ).all(),
        failed=_failed(session, policy),
        tickets=written,
    )


def _customer(
    session: Session, policy: Policy, may: Collection[str]
) -> tuple[Customer, list[Ticket]]:
    """The customer, and what they wrote about the policy."""
    tied = tickets.tied_to(policy.number, policy.application.ref) if "tickets" in may else false()
    rows = session.execute(
        select(Customer, Ticket)
        .outerjoin(Ticket, and_(Ticket.customer_id == Customer.id, tied))
        .where(Customer.id == policy.customer_id)
        .options(tickets.IN_A_LIST)
        .order_by(Ticket.id.desc())
        .limit(tickets.MOST_SHOWN)
    ).all()
    return rows[0][0], [ticket for _customer, ticket in rows if ticket is not None]


def document(session: Session, policy: Policy, document_id: int) -> PolicyDocument:
    """One document of a policy. Raises NotFound."""
    for row in policy.documents:
        if row.id == document_id:
            return row
    raise NotFound


def add_note(session: Session, policy: Policy, body: str, member: Member, now: datetime) -> None:
    """Appends a note; it can be neither changed nor removed."""
    session.add(PolicyNote(policy_id=policy.id, member_id=member.id, body=body, at=now))
    deed = audit.Deed("policy.note", "policy", policy.number or policy.application.ref)
    audit.record(session, member.id, deed, now)


def retry(session: Session, policy: Policy, job_id: int, member: Member, now: datetime) -> None:
    """Runs a failed job of this policy again; pressing twice is harmless. Raises NotFound."""
    if job_id not in {row.id for row in _failed(session, policy)}:
        raise NotFound
    jobs.retry_failed(session, job_id)
    audit.record(session, member.id, audit.Deed("jobs.retry", "job", str(job_id)), now)


def _failed(session: Session, policy: Policy) -> Sequence[Any]:
    which = {
        "id": str(policy.id),
        "mails": f"policy:{policy.id}:",
        "application_id": policy.application_id,
    }
    return session.execute(_FAILED, which).all()


def _versions(session: Session, policy: Policy) -> Sequence[Any]:
    """The transactions of the contract, newest first, each with its documents."""
    return session.execute(
        select(PolicyTransaction, PolicyDocument)
        .outerjoin(PolicyDocument, PolicyDocument.transaction_id == PolicyTransaction.id)
        .where(PolicyTransaction.policy_id == policy.id)
        .options(defer(PolicyTransaction.content))
        .order_by(PolicyTransaction.position.desc(), PolicyDocument.id.desc())
    ).all()


def _payments(session: Session, policy: Policy) -> Sequence[Any]:
    """Payments of the application, each with the refunds that followed."""
    return session.execute(
        select(Payment, Refund)
        .outerjoin(Refund, Refund.payment_id == Payment.id)
        .where(Payment.application_id == policy.application_id)
        .order_by(Payment.id.desc(), Refund.id)
    ).all()


def _claims(session: Session, policy: Policy) -> Sequence[Claim]:
    return session.scalars(
        select(Claim)
        .where(Claim.policy_id == policy.id)
        .options(defer(Claim.reporter), defer(Claim.circumstances), defer(Claim.hurt))
        .order_by(Claim.id.desc())
    ).all()
