"""Finds what a member of staff asks for, as far as their permissions go."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, literal, select, union_all
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload

from storefront.access import Member
from storefront.accounts.models import Customer
from storefront.applications.models import Application
from storefront.claims.models import Claim
from storefront.payments.models import Payment
from storefront.policies.models import Policy
from storefront.search import index, rules
from storefront.search.models import SearchToken
from storefront.search.rules import KINDS, Wish
from storefront.support.models import Ticket

MOST = 20  # of each sort
COUNTED = 1000  # how far is counted to find the rarest part


@dataclass
class Found:
    """What was found, newest first; a sort that the member may not read stays empty."""

    customers: Sequence[Customer] = field(default_factory=list)
    applications: Sequence[Application] = field(default_factory=list)
    policies: Sequence[Policy] = field(default_factory=list)
    claims: Sequence[Claim] = field(default_factory=list)
    payments: Sequence[Payment] = field(default_factory=list)
    tickets: Sequence[Ticket] = field(default_factory=list)

    @property
    def nothing(self) -> bool:
        return not any(vars(self).values())


def search(session: Session, text: str, member: Member, today: date) -> Found:
    """Everything that fits a text, at most twenty of each sort."""
    wanted = rules.wish(text, today)
    tokens = _rarest_first(session, wanted.parts)
    found = Found()
    may = member.permissions
    if "customers.read" in may:
        found.customers = _customers(session, wanted, tokens)
    if "applications.read" in may:
        found.applications = _applications(session, wanted, tokens)
    if "policies.read" in may:
        found.policies = _policies(session, wanted, tokens)
    if "claims.read" in may:
        found.claims = _claims(session, wanted, tokens, found.policies)
    if "payments.read" in may and wanted.reference.startswith("P"):
        found.payments = session.scalars(
            select(Payment)
            .where(Payment.ref == wanted.reference)
            .options(joinedload(Payment.application))
        ).all()
    if "tickets" in may and wanted.reference.startswith("T"):
        found.tickets = session.scalars(select(Ticket).where(Ticket.ref == wanted.reference)).all()
    return found


def _customers(session: Session, wanted: Wish, tokens: Sequence[int]) -> Sequence[Customer]:
    query = select(Customer).order_by(Customer.id.desc()).limit(MOST)
    if wanted.email:
        return session.scalars(query.where(Customer.email == wanted.email)).all()
    ids = _subjects(session, "customer", tokens)
    return session.scalars(query.where(Customer.id.in_(ids))).all() if ids else []


def _applications(session: Session, wanted: Wish, tokens: Sequence[int]) -> Sequence[Application]:
    query = select(Application).order_by(Application.id.desc()).limit(MOST)
    if wanted.reference.startswith("A"):
        return session.scalars(query.where(Application.ref == wanted.reference)).all()
    ids = _subjects(session, "application", tokens)
    return session.scalars(query.where(Application.id.in_(ids))).all() if ids else []


def _policies(session: Session, wanted: Wish, tokens: Sequence[int]) -> Sequence[Policy]:
    """Those of the applications that fit, however many other applications fit as well."""
    query = select(Policy).join(Policy.application).options(contains_eager(Policy.application))
    if wanted.policy_number:
        which = Policy.number == wanted.policy_number
        if wanted.reference.startswith("A"):
            which = Application.ref == wanted.reference
        by_number = session.scalars(query.where(which)).all()
        if by_number:
            return by_number
    if not tokens:
        return []
    first, conditions = _holders("application", tokens)
    fitting = query.join(first, first.subject_id == Policy.application_id).where(*conditions)
    return session.scalars(fitting.order_by(first.subject_id.desc()).limit(MOST)).all()


def _claims(
    session: Session, wanted: Wish, tokens: Sequence[int], policies: Sequence[Policy]
) -> Sequence[Claim]:
    query = select(Claim).options(joinedload(Claim.policy)).order_by(Claim.id.desc()).limit(MOST)
    if wanted.reference.startswith("C"):
        return session.scalars(query.where(Claim.ref == wanted.reference)).all()
    ids = _subjects(session, "claim", tokens)
    of_policies = [row.id for row in policies]
    if not ids and not of_policies:
        return []
    return session.scalars(query.where(Claim.id.in_(ids) | Claim.policy_id.in_(of_policies))).all()


def _rarest_first(session: Session, parts: Iterable[str]) -> list[int]:
    """The tokens of the parts, those that fewest hold first: the others are only checked against them."""
    tokens = [index.token_of(part) for part in parts]
    if len(tokens) < 2:
        return tokens
    counts = union_all(
        *(
            select(
                literal(token).label("token"),
                select(func.count())
                .select_from(
                    select(SearchToken.subject_id)
                    .where(SearchToken.token == token)
                    .limit(COUNTED)
                    .subquery()
                )
                .scalar_subquery()
                .label("held"),
            )
            for token in tokens
        )
    )
    return [row.token for row in sorted(session.execute(counts), key=lambda row: row.held)]


def _subjects(session: Session, kind: str, tokens: Sequence[int]) -> list[int]:
    """The newest subjects of a kind that hold all tokens."""
    if not tokens:
        return []
    first, conditions = _holders(kind, tokens)
    query = select(first.subject_id).where(*conditions)
    return list(session.scalars(query.order_by(first.subject_id.desc()).limit(MOST)))


def _holders(kind: str, tokens: Sequence[int]) -> tuple[Any, list[ColumnElement[bool]]]:
    """The index once, for the rarest token, and what makes its subject hold all of them."""
    first = aliased(SearchToken)
    conditions = [first.token == tokens[0], first.kind == KINDS[kind]]
    for token in tokens[1:]:
        other = aliased(SearchToken)
        holds = select(other.token).where(
            other.token == token, other.kind == KINDS[kind], other.subject_id == first.subject_id
        )
        conditions.append(holds.exists())
    return first, conditions
