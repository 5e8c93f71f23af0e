"""The cash value that goes back where the clauses say so, by the product's own basis."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from storefront import clock
from storefront.catalog import answers as catalog_answers
from storefront.claims.models import Claim
from storefront.claims.service import contract
from storefront.policies import service as policies
from storefront.rating.level import LevelBasis


def of(session: Session, claim: Claim) -> Decimal | None:
    """Yuan at the end of the last policy year completed before the incident, as the policy lists it.

    It is zero in the first year; None where the product has no such table, so that a person says it.
    """
    bundle = contract.bundle_of(session, claim.policy)
    if bundle.definition.refund.basis != "cash-value" or not isinstance(bundle.basis, LevelBasis):
        return None
    content = contract.content_at(
        policies.transactions_of(session, claim.policy), claim.incident_at
    )
    answers = catalog_answers.load(bundle.definition, content["answers"])
    listed = bundle.basis.cash_values(answers)
    years = completed_years(claim.policy.start_at, claim.incident_at)
    return (Decimal(0), *listed)[min(years, len(listed))]


def completed_years(start: datetime, moment: datetime) -> int:
    """How many policy years were completed at a moment."""
    first, day = clock.local_date(start), clock.local_date(moment)
    years = max(day.year - first.year, 0)
    return years - 1 if years and clock.add_years(first, years) > day else years
