"""Use cases of policies: begin one when its premium is received, and find it again.

What follows from the insurer's answer is in `issuing`.
"""

from datetime import datetime
from functools import cache
from typing import Any

from flask import current_app
from sqlalchemy import Select, and_, bindparam, select
from sqlalchemy.orm import Session

from storefront import clock, jobs
from storefront.applications import limits
from storefront.applications import rules as application_rules
from storefront.applications import service as applications
from storefront.applications.closing import keep_for
from storefront.applications.models import Application
from storefront.catalog import answers as catalog_answers
from storefront.catalog import service as catalog
from storefront.catalog import shelf
from storefront.catalog.definition import ProductDefinition
from storefront.catalog.models import ProductVersion
from storefront.crypto import is_reference, new_reference
from storefront.errors import NotFound
from storefront.evidence import service as evidence
from storefront.evidence.service import Happening
from storefront.payments.models import Payment
from storefront.policies import contract, rules
from storefront.policies.models import Policy, PolicyDocument, PolicyTransaction

NEW_BUSINESS = "new_business"
DOCUMENT_KIND = "policy"
ISSUE = "policies.issue"


def begin(session: Session, payment: Payment, now: datetime) -> Policy:
    """The policy of a paid application, in state `issuing`; the same one when called again.

    Runs in the transaction that settles the payment and defers the question to the insurer.
    """
    application = applications.lock(session, payment.application_id)
    known = session.scalar(select(Policy).where(Policy.application_id == application.id))
    if known is not None:
        return known
    definition = catalog.get(
        session, application.product_code, application.product_version
    ).definition
    period = cover_period(definition, application, now)
    policy = _new_policy(application, definition, period, now)
    session.add(policy)
    session.flush()
    limits.begin(session, application, period.start_at, period.end_at, now)
    content = contract.content(application, definition, period, payment.ref)
    session.add(
        PolicyTransaction(
            policy_id=policy.id,
            position=1,
            kind=NEW_BUSINESS,
            effective_at=period.start_at,
            recorded_at=now,
            premium_change=policy.premium,
            content=content,
        )
    )
    details = {key: content[key] for key in ("start_at", "end_at", "start_shifted", "payment_ref")}
    record(session, policy, "policy-begun", actor="storefront", details=details, now=now)
    keep_for(session, application, policy.retain_until, now)
    ask_insurer(session, policy)
    return policy


def cover_period(
    definition: ProductDefinition, application: Application, paid_at: datetime
) -> contract.Period:
    """From when to when the policy covers; it never begins before the day after the payment (M-03)."""
    if application.start_date is None:
        raise ValueError(f"application {application.ref} has no start date")
    first_day = rules.first_day(application.start_date, clock.local_date(paid_at))
    answers = catalog_answers.load(definition, application.answers)
    start_at, end_at = application_rules.period(definition, answers, first_day)
    return contract.Period(start_at, end_at, shifted=first_day != application.start_date)


def lock(session: Session, policy_id: int) -> Policy:
    """The policy as it stands in the database now; application and policy are locked in this order."""
    application_id = session.scalars(
        select(Policy.application_id).where(Policy.id == policy_id)
    ).one()
    applications.lock(session, application_id)
    return session.get_one(Policy, policy_id, with_for_update=True, populate_existing=True)


def first_transaction(session: Session, policy: Policy) -> PolicyTransaction:
    """The transaction with which the contract began."""
    return session.scalars(
        select(PolicyTransaction).where(
            PolicyTransaction.policy_id == policy.id, PolicyTransaction.position == 1
        )
    ).one()


def transactions_of(session: Session, policy: Policy) -> list[PolicyTransaction]:
    """The stack of transactions of a contract, oldest first."""
    return list(
        session.scalars(
            select(PolicyTransaction)
            .where(PolicyTransaction.policy_id == policy.id)
            .order_by(PolicyTransaction.position)
        )
    )


def document_of(session: Session, policy: Policy) -> PolicyDocument | None:
    """The newest document of a policy."""
    return session.scalar(
        select(PolicyDocument)
        .where(PolicyDocument.policy_id == policy.id, PolicyDocument.kind == DOCUMENT_KIND)
        .order_by(PolicyDocument.id.desc())
        .limit(1)
    )


def own(session: Session, customer_id: int) -> list[tuple[Policy, ProductDefinition]]:
    """A customer's policies, newest first, each with its product."""
    rows = session.execute(_policies_of(), {"customer_id": customer_id}).all()
    hashes = {row.id: row.content_hash for row in rows}
    bundles = dict(zip(hashes, shelf.bundles_of(session, hashes), strict=True))
    return [(row.Policy, bundles[row.id].definition) for row in rows]


@cache
def _policies_of() -> Select[Policy, int, str]:
    return (
        select(Policy, ProductVersion.id, ProductVersion.content_hash)
        .join(
            ProductVersion,
            and_(
                ProductVersion.code == Policy.product_code,
                ProductVersion.version == Policy.product_version,
            ),
        )
        .where(Policy.customer_id == bindparam("customer_id"))
        .order_by(Policy.created_at.desc(), Policy.id.desc())
    )


def awaiting_issue(session: Session, application_ref: str) -> Policy | None:
    """The policy of an application that its insurer has yet to issue."""
    return session.scalar(
        select(Policy)
        .join(Policy.application)
        .where(Application.ref == application_ref, Policy.state == "issuing")
    )


def ask_insurer(session: Session, policy: Policy) -> None:
    """Has the insurer asked for the policy, as soon as a worker is free."""
    jobs.defer(session, jobs.queue.tasks[ISSUE], policy_id=policy.id)


def get_own(session: Session, number: str, customer_id: int) -> Policy:
    """A customer's policy by its number. Raises NotFound, also for somebody else's."""
    policy = session.scalar(
        select(Policy).where(Policy.number == number, Policy.customer_id == customer_id)
    )
    if policy is None:
        raise NotFound
    return policy


def own_by_key(session: Session, key: str, customer_id: int) -> Policy:
    """A customer's policy by its number, or by its application until it has one. Raises NotFound."""
    waiting = awaiting_issue(session, key)
    if waiting is not None and waiting.customer_id == customer_id:
        return waiting
    return get_own(session, key, customer_id)


def by_verify_code(session: Session, code: str) -> Policy | None:
    """The issued policy with this verification code."""
    if not is_reference(code, "V"):
        return None
    return session.scalar(
        select(Policy).where(Policy.verify_code == code, Policy.number.is_not(None))
    )


def by_document(session: Session, sha256: str) -> Policy | None:
    """The policy to which exactly this document belongs."""
    return session.scalar(
        select(Policy)
        .join(PolicyDocument, PolicyDocument.policy_id == Policy.id)
        .where(PolicyDocument.sha256 == sha256)
        .limit(1)
    )


def _new_policy(
    application: Application,
    definition: ProductDefinition,
    period: contract.Period,
    now: datetime,
) -> Policy:
    if application.premium is None:
        raise ValueError(f"application {application.ref} has no premium")
    start, end = clock.local_date(period.start_at), clock.local_date(period.end_at)
    return Policy(
        application=application,
        customer_id=application.customer_id,
        product_code=application.product_code,
        product_version=application.product_version,
        insurer_code=definition.insurer,
        state="issuing",
        language=application.language,
        start_at=period.start_at,
        end_at=period.end_at,
        premium=application.premium,
        currency=application.currency,
        verify_code=new_reference("V"),
        created_at=now,
        retain_until=rules.retain_until(start, end, _retention()),
    )


def _retention() -> rules.RetentionYears:
    settings = current_app.extensions["settings"]
    return rules.RetentionYears(
        short=int(settings.retention_short_years),
        long=int(settings.retention_long_years),
        identity=int(settings.retention_identity_years),
    )


def record(
    session: Session,
    policy: Policy,
    kind: str,
    *,
    actor: str,
    details: dict[str, Any],
    now: datetime,
) -> None:
    """Writes into the evidence record of the policy's application (E-01)."""
    happening = Happening(chain=policy.application.ref, kind=kind, actor=actor, details=details)
    evidence.record(session, happening, now, policy.retain_until)
