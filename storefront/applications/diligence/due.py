"""Whether due diligence is due for an application, with the customer's others of the past year (S-11)."""

import tomllib
from datetime import timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from flask import current_app
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

import config
from storefront.applications.decisions.models import CounterOffer
from storefront.applications.diligence import rules
from storefront.applications.models import Application
from storefront.catalog.definition import ApplicationDocument

COUNTED = ("submitted", "referred", "counter_offered", "accepted", "paid")
YEAR = timedelta(days=365)


def of_application(
    session: Session, application: Application, standard: Decimal
) -> rules.Due | None:
    """Why it is due; None where it is not. Where that price was offered with a loading, the offer counts."""
    settings = current_app.extensions["settings"]
    limits = rules.Limits(_amounts(settings.diligence_single), _amounts(settings.diligence_yearly))
    means = settings.stripe_methods.split(",")
    earlier = session.scalar(
        select(func.sum(Application.premium)).where(
            _same_policyholder(application),
            Application.id != application.id,
            Application.state.in_(COUNTED),
            Application.submitted_at > application.updated_at - YEAR,
        )
    )
    premium = max(standard, _offered(session, application, standard))
    return rules.due(premium, earlier or Decimal(0), means, limits)


def lock(session: Session, application: Application) -> None:
    """Holds every other application of the policyholder back until the transaction ends."""
    who = application.policyholder_hash or f"customer:{application.customer_id}"
    key = func.hashtextextended(f"policyholder:{who}", 0)
    session.execute(select(func.pg_advisory_xact_lock(key)))


@lru_cache
def documents() -> tuple[ApplicationDocument, ...]:
    """What has to be attached then."""
    data = tomllib.loads((Path(__file__).parent / "documents.toml").read_text(encoding="utf-8"))
    return tuple(ApplicationDocument.model_validate(item) for item in data["documents"])


def _same_policyholder(application: Application) -> ColumnElement[bool]:
    """Other applications of the same person or company, through whatever account."""
    if application.policyholder_hash is None:
        return Application.customer_id == application.customer_id
    return or_(
        Application.policyholder_hash == application.policyholder_hash,
        and_(
            Application.policyholder_hash.is_(None),
            Application.customer_id == application.customer_id,
        ),
    )


def _offered(session: Session, application: Application, standard: Decimal) -> Decimal:
    found = select(func.max(CounterOffer.premium)).where(
        CounterOffer.application_id == application.id, CounterOffer.standard == standard
    )
    return session.scalar(found) or Decimal(0)


@lru_cache
def _amounts(setting: str) -> dict[str, Decimal]:
    return {means: Decimal(amount) for means, amount in config.pairs(setting).items()}
