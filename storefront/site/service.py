"""What the agency's pages read from the catalogue."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.catalog.insurers import InsurerProfile
from storefront.catalog.models import Insurer


def insurers(session: Session) -> list[InsurerProfile]:
    """All cooperating insurers with their contacts and agreements, by code."""
    rows = session.scalars(select(Insurer).order_by(Insurer.code))
    return [InsurerProfile.model_validate(row.details) for row in rows]
