"""Which chains of the record belong to one sale: advice, quote, application, policy, claims."""

from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

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
    if len(ref) > LONGEST_REF or not _exists(session, ref):
        raise NotFound
    return Sale(ref, None, (Chain(ref, _name_of(ref)),))


def _application_of(session: Session, ref: str) -> Application | None:
    ways = (
        select(Application).where(Application.ref == ref),
        select(Application).join(Policy).where(Policy.number == ref),
        select(Application).join(Payment).where(Payment.ref == ref),
        select(Application).join(Policy).join(Claim).where(Claim.ref == ref),
        select(Application).join(Quote).where(Quote.ref == ref),
        select(Application).where(Application.suitability.has(ref=ref)),
    )
    for way in ways:
        found = session.scalar(way.order_by(Application.id.desc()).limit(1))
        if found is not None:
            return found
    return None


def _whole(session: Session, application: Application) -> Sale:
    policies = session.scalars(select(Policy).where(Policy.application_id == application.id)).all()
    payments = session.scalars(
        select(Payment).where(Payment.application_id == application.id).order_by(Payment.id)
    ).all()
    refunds = session.scalars(
        select(Refund).where(Refund.payment_id.in_([row.id for row in payments]))
    ).all()
    claims = session.scalars(
        select(Claim.ref).where(Claim.policy_id.in_([row.id for row in policies]))
    ).all()
    names = [application.ref, *claims]
    if quote := session.get(Quote, application.quote_id):
        names.insert(0, quote.ref)
    if application.suitability:
        names.insert(0, application.suitability.ref)
    chains = tuple(Chain(name, _name_of(name)) for name in names if _exists(session, name))
    return Sale(
        application.ref, application, chains, tuple(payments), tuple(refunds), tuple(policies)
    )


def _exists(session: Session, chain: str) -> bool:
    found = select(EvidenceRecord.id).where(EvidenceRecord.chain == chain).limit(1)
    return session.scalar(found) is not None


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
