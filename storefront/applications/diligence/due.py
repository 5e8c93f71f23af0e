"""Whether due diligence is due for an application, with the customer's others of the past year (S-11)."""

import tomllib
from datetime import timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import config
from storefront.applications.diligence import rules
from storefront.applications.models import Application
from storefront.catalog.definition import ApplicationDocument

COUNTED = ("submitted", "referred", "counter_offered", "accepted", "paid")
YEAR = timedelta(days=365)


def of_application(
    session: Session, application: Application, premium: Decimal
) -> rules.Due | None:
    """Why it is due; None where it is not."""
    settings = current_app.extensions["settings"]
    limits = rules.Limits(_amounts(settings.diligence_single), _amounts(settings.diligence_yearly))
    means = settings.stripe_methods.split(",")
    earlier = session.scalar(
        select(func.sum(Application.premium)).where(
            Application.customer_id == application.customer_id,
            Application.id != application.id,
            Application.state.in_(COUNTED),
            Application.submitted_at > application.updated_at - YEAR,
        )
    )
    return rules.due(premium, earlier or Decimal(0), means, limits)


@lru_cache
def documents() -> tuple[ApplicationDocument, ...]:
    """What has to be attached then."""
    data = tomllib.loads((Path(__file__).parent / "documents.toml").read_text(encoding="utf-8"))
    return tuple(ApplicationDocument.model_validate(item) for item in data["documents"])


@lru_cache
def _amounts(setting: str) -> dict[str, Decimal]:
    return {means: Decimal(amount) for means, amount in config.pairs(setting).items()}
