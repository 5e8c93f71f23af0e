"""Everything about a customer in one place, as far as a member's permissions go."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import CompoundSelect, Select, literal, select, union, union_all
from sqlalchemy.orm import Session, load_only

from storefront.access import Member
from storefront.accounts.models import Customer, LoginSession, Person
from storefront.applications.models import Application, Confirmation
from storefront.claims.models import Claim
from storefront.errors import NotFound
from storefront.evidence.models import EvidenceRecord
from storefront.payments.models import Payment
from storefront.policies.models import Policy
from storefront.support.models import Ticket

MOST = 20  # of each sort; the lists hold the rest, narrowed to the customer


@dataclass
class Everything:
    """What there is of a customer, newest first; what the member may not read stays empty."""

    customer: Customer
    people: Sequence[Person] = ()
    logins: Sequence[LoginSession] = ()
    consents: Sequence[Any] = ()
    policies: Sequence[Any] = field(default_factory=list)
    applications: Sequence[Any] = field(default_factory=list)
    claims: Sequence[Any] = field(default_factory=list)
    payments: Sequence[Any] = field(default_factory=list)
    tickets: Sequence[Ticket] = field(default_factory=list)


def get(session: Session, customer_id: int) -> Customer:
    """A customer. Raises NotFound."""
    row = session.get(Customer, customer_id)
    if row is None:
        raise NotFound
    return row


def read(session: Session, customer: Customer, member: Member) -> Everything:
    """At most twenty of each sort, each sort in one question to the database."""
    may, found = member.permissions, Everything(customer)
    found.people = _newest(session, Person, customer)
    found.logins = _newest(session, LoginSession, customer)
    found.consents = _consents(session, customer)
    if may & {"policies.read", "applications.read"}:
        contracts = _contracts(session, customer)
        if "applications.read" in may:
            found.applications = contracts[:MOST]
        if "policies.read" in may:
            found.policies = [row for row in contracts if row.policy_state][:MOST]
    if "claims.read" in may:
        found.claims = _claims(session, customer)
    if "payments.read" in may:
        found.payments = _payments(session, customer)
    if "tickets" in may:
        found.tickets = session.scalars(
            select(Ticket)
            .where(Ticket.customer_id == customer.id)
            .options(load_only(Ticket.ref, Ticket.subject, Ticket.state, Ticket.updated_at))
            .order_by(Ticket.id.desc())
            .limit(MOST)
        ).all()
    return found


def _newest(session: Session, table: Any, customer: Customer) -> Sequence[Any]:
    query = select(table).where(table.customer_id == customer.id)
    return session.scalars(query.order_by(table.id.desc()).limit(MOST)).all()


def _newest_of(*found: Select[int]) -> CompoundSelect[int]:
    """The newest numbers that each query finds by itself, so that each goes by an index of its own."""
    each = [
        found_ids.order_by(found_ids.selected_columns.id.desc()).limit(MOST) for found_ids in found
    ]
    return union(*[select(ids.subquery()) for ids in each])


def _contracts(session: Session, customer: Customer) -> Sequence[Any]:
    """The newest applications, each with the policy that came of it, and the newest policies.

    Both are looked for by themselves: later drafts must not push a policy out.
    """
    begun = select(Application.id).where(Application.customer_id == customer.id)
    insured = select(Policy.application_id.label("id")).where(Policy.customer_id == customer.id)
    return session.execute(
        select(
            Application.ref, Application.product_code, Application.state, Application.premium,
            Application.created_at, Policy.number, Policy.state.label("policy_state"),
            Policy.start_at, Policy.end_at,
        )
        .outerjoin(Policy, Policy.application_id == Application.id)
        .where(Application.id.in_(_newest_of(begun, insured)))
        .order_by(Application.id.desc())
    ).all()  # fmt: skip


def _claims(session: Session, customer: Customer) -> Sequence[Any]:
    """What the customer reported, and what others reported on the customer's policies."""
    reported = select(Claim.id).where(Claim.customer_id == customer.id)
    insured = select(Claim.id).join(Claim.policy).where(Policy.customer_id == customer.id)
    return session.execute(
        select(Claim.ref, Claim.stage, Claim.decision, Claim.reported_at, Claim.payable, Policy.number)
        .join(Claim.policy)
        .where(Claim.id.in_(_newest_of(reported, insured)))
        .order_by(Claim.id.desc())
        .limit(MOST)
    ).all()  # fmt: skip


def _payments(session: Session, customer: Customer) -> Sequence[Any]:
    return session.execute(
        select(
            Payment.ref, Payment.amount, Payment.state, Payment.held_reason, Payment.created_at,
            Application.ref.label("application_ref"),
        )
        .join(Payment.application)
        .where(Application.customer_id == customer.id)
        .order_by(Payment.id.desc())
        .limit(MOST)
    ).all()  # fmt: skip


def _consents(session: Session, customer: Customer) -> Sequence[Any]:
    """Consents to keep data, and statements confirmed in applications."""
    given = select(
        EvidenceRecord.kind.label("kind"), literal("").label("ref"), EvidenceRecord.at.label("at")
    ).where(
        EvidenceRecord.chain == f"customer-{customer.id}", EvidenceRecord.kind.startswith("consent")
    )
    confirmed = (
        select(Confirmation.kind, Application.ref, Confirmation.confirmed_at)
        .join(Application, Application.id == Confirmation.application_id)
        .where(Application.customer_id == customer.id)
    )
    both = union_all(given, confirmed).subquery()
    return session.execute(select(both).order_by(both.c.at.desc()).limit(MOST)).all()
