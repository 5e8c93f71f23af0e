"""Finds what a member of staff asks for, as far as their permissions go."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import Select, func, literal, select, union_all
from sqlalchemy.orm import Session, aliased, defer, joinedload, load_only

from storefront.access import Member
from storefront.accounts.models import Customer
from storefront.applications.models import Application
from storefront.claims.models import Claim
from storefront.payments.models import Payment, Refund
from storefront.policies.models import Policy
from storefront.search import index, rules
from storefront.search.models import SearchToken
from storefront.search.rules import KINDS, Wish
from storefront.support.models import Ticket

MOST = 20  # of each sort
T = TypeVar("T")
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
    if "payments.read" in may:
        found.payments = _payments(session, wanted, tokens)
    if "tickets" in may and wanted.reference.startswith("T"):
        found.tickets = session.scalars(select(Ticket).where(Ticket.ref == wanted.reference)).all()
    return found


# What a result shows; the rest would be decrypted for nothing.
_SHOWN = load_only(
    Application.ref, Application.product_code, Application.state, Application.created_at
)


def _named(application: Any) -> Any:
    return joinedload(application).load_only(Application.ref)


def _customers(session: Session, wanted: Wish, tokens: Sequence[int]) -> Sequence[Customer]:
    query = select(Customer).order_by(Customer.id.desc()).limit(MOST)
    if wanted.email:
        return session.scalars(query.where(Customer.email == wanted.email)).all()
    return _holding(session, query, "customer", Customer.id, tokens)


def _applications(session: Session, wanted: Wish, tokens: Sequence[int]) -> Sequence[Application]:
    query = select(Application).options(_SHOWN).order_by(Application.id.desc()).limit(MOST)
    if wanted.reference.startswith("A"):
        return session.scalars(query.where(Application.ref == wanted.reference)).all()
    return _holding(session, query, "application", Application.id, tokens)


def _policies(session: Session, wanted: Wish, tokens: Sequence[int]) -> Sequence[Policy]:
    """By number, by the application's number, or by who is named in the application."""
    query = select(Policy).options(_named(Policy.application)).limit(MOST)
    if wanted.reference.startswith("A"):
        by_application = Policy.application.has(Application.ref == wanted.reference)
        return session.scalars(query.where(by_application)).all()
    if wanted.policy_number:
        by_number = session.scalars(query.where(Policy.number == wanted.policy_number)).all()
        if by_number:
            return by_number
    newest = query.order_by(Policy.application_id.desc())
    return _holding(session, newest, "application", Policy.application_id, tokens)


def _claims(
    session: Session, wanted: Wish, tokens: Sequence[int], policies: Sequence[Policy]
) -> Sequence[Claim]:
    without = (defer(Claim.reporter), defer(Claim.circumstances), defer(Claim.hurt))
    query = select(Claim).options(joinedload(Claim.policy), *without)
    query = query.order_by(Claim.id.desc()).limit(MOST)
    if wanted.reference.startswith("C"):
        return session.scalars(query.where(Claim.ref == wanted.reference)).all()
    fitting = [select(Claim.id).where(Claim.policy_id.in_([row.id for row in policies]))]
    if tokens:
        of_people = _subjects("claim", tokens)
        newest = of_people.order_by(of_people.selected_columns.subject_id.desc()).limit(MOST)
        fitting.append(select(newest.subquery().c.subject_id))
    if not tokens and not policies:
        return []
    return session.scalars(query.where(Claim.id.in_(union_all(*fitting)))).all()


def _payments(session: Session, wanted: Wish, tokens: Sequence[int]) -> Sequence[Payment]:
    """By number, by a reference of Stripe's, or by who is named in the application."""
    query = select(Payment).options(_named(Payment.application)).limit(MOST)
    if wanted.reference.startswith("P"):
        return session.scalars(query.where(Payment.ref == wanted.reference)).all()
    if wanted.stripe:
        other = aliased(Payment)
        each = (
            select(other.id).where(other.stripe_session_id == wanted.stripe),
            select(other.id).where(other.stripe_payment_intent_id == wanted.stripe),
            select(Refund.payment_id).where(Refund.stripe_refund_id == wanted.stripe),
        )
        return session.scalars(query.where(Payment.id.in_(union_all(*each)))).all()
    newest = query.order_by(Payment.application_id.desc(), Payment.id.desc())
    return _holding(session, newest, "application", Payment.application_id, tokens)


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


def _holding(
    session: Session, query: Select[T], kind: str, key: Any, tokens: Sequence[int]
) -> Sequence[T]:
    """What `query` gives of those whose `key` is a subject of the kind that holds all tokens.

    Ordered by that key, it is read from the index until enough are found, however many there are.
    """
    if not tokens:
        return []
    subjects = _subjects(kind, tokens).subquery()
    return session.scalars(query.join(subjects, subjects.c.subject_id == key)).all()


def _subjects(kind: str, tokens: Sequence[int]) -> Select[int]:
    """The subjects of a kind that hold all tokens."""
    first = aliased(SearchToken)
    query = select(first.subject_id).where(first.token == tokens[0], first.kind == KINDS[kind])
    for token in tokens[1:]:
        other = aliased(SearchToken)
        query = query.where(
            select(other.token)
            .where(
                other.token == token,
                other.kind == KINDS[kind],
                other.subject_id == first.subject_id,
            )
            .exists()
        )
    return query
