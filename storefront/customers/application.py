"""An application as staff read it who do not underwrite: what was asked for and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from storefront.access import Member
from storefront.applications.decisions import history
from storefront.applications.decisions.models import UnderwritingDecision
from storefront.applications.models import Application, Confirmation
from storefront.catalog import service as catalog
from storefront.catalog.definition import ProductDefinition
from storefront.payments.models import Payment
from storefront.policies.models import Policy
from storefront.quotes.service import answer_rows

MOST = 20


@dataclass(frozen=True)
class Everything:
    """What there is of an application; what the member may not read is empty.

    `answers` are empty once the content was wiped.
    """

    application: Application
    definition: ProductDefinition
    answers: Sequence[Any]
    policy: Policy | None
    confirmations: Sequence[Confirmation]
    decisions: Sequence[UnderwritingDecision]
    payments: Sequence[Payment]


def read(session: Session, application: Application, member: Member) -> Everything:
    """Each sort in one question to the database."""
    bundle = catalog.get(session, application.product_code, application.product_version)
    payments = (
        select(Payment)
        .where(Payment.application_id == application.id)
        .options(defer(Payment.checkout_url))
        .order_by(Payment.id.desc())
        .limit(MOST)
    )
    may = member.permissions
    return Everything(
        application,
        bundle.definition,
        answer_rows(bundle, application) if application.answers else (),
        session.scalar(select(Policy).where(Policy.application_id == application.id)),
        application.confirmations,
        history.decisions_of(session, application),
        session.scalars(payments).all() if "payments.read" in may else (),
    )
