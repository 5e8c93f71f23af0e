"""Which chains of the record belong to one sale: advice, quote, application, policy, claims."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select, union_all
from sqlalchemy.orm import Session, joinedload

from storefront.advice.models import SuitabilityRecord
from storefront.applications.models import Application
from storefront.claims.models import Claim
from storefront.errors import NotFound
from storefront.evidence.models import EvidenceRecord
from storefront.payments.models import Payment, Refund
from storefront.policies.models import Policy
from storefront.quotes.models import Quote

LONGEST_REF = 60


@dataclass(frozen=True)
class Chain:
    """One chain and what it is about, in the present language."""

    name: str
    what: str


@dataclass(frozen=True)
class Sale:
    """Everything that is recorded about one sale; `ref` is the application's, else that of its one chain."""

    ref: str
    application: Application | None
    chains: tuple[Chain, ...]
    payments: tuple[Payment, ...] = ()
    refunds: tuple[Refund, ...] = ()
    policies: tuple[Policy, ...] = ()


def find(session: Session, ref: str) -> Sale:
    """The sale to which a reference belongs: of any chain, a payment, or a policy by its number.

    Raises NotFound.
    """
    ref = ref.strip()
    application = _application_of(session, ref) if len(ref) <= LONGEST_REF else None
    if application is not None:
        return _whole(session, application)
    if len(ref) > LONGEST_REF or not _kept(session, [ref]):
        raise NotFound
    return Sale(ref, None, (Chain(ref, _name_of(ref)),))


def _application_of(session: Session, ref: str) -> Application | None:
    ways = union_all(
        select(Application.id).where(Application.ref == ref),
        select(Policy.application_id).where(Policy.number == ref),
        select(Payment.application_id).where(Payment.ref == ref),
        select(Policy.application_id).join(Claim, Claim.policy_id == Policy.id).where(Claim.ref == ref),
        select(Application.id).join(Quote, Quote.id == Application.quote_id).where(Quote.ref == ref),
        select(Application.id).join(Application.suitability).where(SuitabilityRecord.ref == ref),
    )  # fmt: skip
    return session.scalar(
        select(Application)
        .where(Application.id.in_(ways))
        .options(joinedload(Application.suitability))
        .order_by(Application.id.desc())
        .limit(1)
    )


def _whole(session: Session, application: Application) -> Sale:
    insured = session.execute(
        select(Policy, Claim.ref)
        .outerjoin(Claim, Claim.policy_id == Policy.id)
        .where(Policy.application_id == application.id)
        .order_by(Policy.id, Claim.id)
    ).all()
    paid = session.execute(
        select(Payment, Refund)
        .outerjoin(Refund, Refund.payment_id == Payment.id)
        .where(Payment.application_id == application.id)
        .order_by(Payment.id, Refund.id)
    ).all()
    quote = session.scalar(select(Quote.ref).where(Quote.id == application.quote_id))
    names = [application.ref, *(claim for _policy, claim in insured if claim)]
    if quote:
        names.insert(0, quote)
    if application.suitability:
        names.insert(0, application.suitability.ref)
    kept = _kept(session, names)
    return Sale(
        application.ref,
        application,
        tuple(Chain(name, _name_of(name)) for name in names if name in kept),
        tuple(dict.fromkeys(payment for payment, _refund in paid)),
        tuple(refund for _payment, refund in paid if refund),
        tuple(dict.fromkeys(policy for policy, _claim in insured)),
    )


def _kept(session: Session, chains: Iterable[str]) -> set[str]:
    """Those of the chains that hold anything."""
    found = select(EvidenceRecord.chain).where(EvidenceRecord.chain.in_(list(chains))).distinct()
    return set(session.scalars(found))


def _name_of(chain: str) -> str:
    if chain.startswith("customer-"):
        return _("Account")
    names = {
        "Q": _("Quote"),
        "A": _("Application"),
        "N": _("Needs and means"),
        "C": _("Claim"),
    }
    return names.get(chain[:1], _("Record"))
