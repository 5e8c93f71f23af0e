"""What follows from the insurer's answer: a number and a document, or a refund and an explanation.

Every function may run twice; the second time changes nothing.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from storefront import jobs, mail
from storefront.accounts.models import Customer
from storefront.applications import service as applications
from storefront.catalog import service as catalog
from storefront.catalog.definition import ProductDefinition
from storefront.clock import local_date
from storefront.extensions import LANGUAGES
from storefront.mail import Letter
from storefront.payments import service as payments
from storefront.payments.models import Payment
from storefront.policies import rules
from storefront.policies.insurer_client import Issued, Refused
from storefront.policies.models import Policy, PolicyDocument
from storefront.policies.service import (
    DOCUMENT_KIND,
    document_of,
    first_transaction,
    record,
)

RENDER = "policies.render"
REFUND_REASON = "insurer-refused"
TEMPLATES = {"new": "policy_issued", "refused": "policy_refused"}


def take_issued(session: Session, policy: Policy, issued: Issued, now: datetime) -> None:
    """The insurer has issued: the policy has its number and is in force; its document comes next."""
    if policy.state != "issuing":
        return
    policy.state = rules.next_state(policy.state, "in_force")
    policy.number = issued.number
    policy.issued_at = issued.issued_at
    details = {"number": issued.number, "issued_at": issued.issued_at.isoformat()}
    record(session, policy, "policy-issued", actor=_insurer(policy), details=details, now=now)
    jobs.defer(session, jobs.queue.tasks[RENDER], policy_id=policy.id)


def take_refusal(session: Session, policy: Policy, refused: Refused, now: datetime) -> None:
    """The insurer refuses after the payment: the contract falls, the money goes back, the customer is told."""
    if policy.state != "issuing":
        return
    policy.state = rules.next_state(policy.state, "cancelled")
    policy.refusal = {"code": refused.code, **refused.reason}
    details = {"code": refused.code}
    record(session, policy, "policy-refused", actor=_insurer(policy), details=details, now=now)
    reference = first_transaction(session, policy).content["payment_ref"]
    payment = session.scalars(select(Payment).where(Payment.ref == reference)).one()
    applications.withdraw(session, policy.application, now)
    payments.request_refund(session, payment, payment.amount, REFUND_REASON, now)
    context = {
        "product": _product_name(session, policy),
        "reason": refused.reason[policy.language],
        "application_ref": policy.application.ref,
        "amount": str(payment.amount),
        "currency": payment.currency,
    }
    _write(session, policy, "refused", context, now=now)


def keep_document(session: Session, policy: Policy, sha256: str, size: int, now: datetime) -> None:
    """The signed document exists: it is kept, delivered and mailed, once however often this runs."""
    transaction = first_transaction(session, policy)
    session.execute(
        insert(PolicyDocument)
        .values(
            policy_id=policy.id,
            transaction_id=transaction.id,
            kind=DOCUMENT_KIND,
            language=policy.language,
            sha256=sha256,
            size=size,
            created_at=now,
        )
        .on_conflict_do_nothing()
    )
    _deliver(session, policy, now)


def issue_again(session: Session, policy: Policy, request: str, now: datetime) -> bool:
    """Mails the kept document once more; False where there is none yet and its making is set off.

    `request` tells one wish from another: the same wish twice sends one mail.
    """
    if document_of(session, policy) is None:
        jobs.defer(session, jobs.queue.tasks[RENDER], policy_id=policy.id)
        return False
    _mail_document(session, policy, now, f"again:{request}")
    return True


def _deliver(session: Session, policy: Policy, now: datetime) -> None:
    """Shows the kept document on the policy page and mails it (V-01)."""
    document = document_of(session, policy)
    if document is None:
        raise LookupError(f"policy {policy.id} has no document")
    if policy.delivered_at is None:
        policy.delivered_at = now
        details = {"sha256": document.sha256}
        record(session, policy, "policy-delivered", actor="storefront", details=details, now=now)
    _mail_document(session, policy, now)


def _mail_document(session: Session, policy: Policy, now: datetime, wish: str = "") -> None:
    document = document_of(session, policy)
    if document is None:
        raise LookupError(f"policy {policy.id} has no document")
    context = {
        "product": _product_name(session, policy),
        "number": policy.number,
        "start_at": f"{local_date(policy.start_at)}",
        "last_day": f"{local_date(policy.end_at - timedelta(seconds=1))}",
        "verify_code": policy.verify_code,
        "cooling_off_days": _definition(session, policy).cooling_off_days,
    }
    attachment = (f"{policy.number}.pdf", document.sha256)
    _write(session, policy, "new", context, now=now, attachments=(attachment,), wish=wish)


def _insurer(policy: Policy) -> str:
    return f"insurer:{policy.insurer_code}"


def _definition(session: Session, policy: Policy) -> ProductDefinition:
    return catalog.get(session, policy.product_code, policy.product_version).definition


def _product_name(session: Session, policy: Policy) -> str:
    return _definition(session, policy).marketing_name.in_language(policy.language)


def _write(
    session: Session,
    policy: Policy,
    kind: str,
    context: dict[str, Any],
    *,
    now: datetime,
    attachments: tuple[tuple[str, str], ...] = (),
    wish: str = "",
) -> None:
    letter = Letter(
        key=f"policy:{policy.id}:{wish or kind}",
        recipient=session.get_one(Customer, policy.customer_id).email,
        template=TEMPLATES[kind],
        language=LANGUAGES[policy.language],
        context=context,
        attachments=attachments,
    )
    mail.queue(session, letter, now)
