"""What underwriting forgets of an application that led to nothing, once its time is over (E-03).

Decisions stay: they are never changed, hold no names, and prove how customers were treated.
"""

from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from storefront.applications.decisions.models import (
    CounterOffer,
    UnderwritingAppeal,
    UnderwritingMessage,
)
from storefront.applications.models import Application


def wipe(session: Session, application: Application, now: datetime) -> None:
    """Questions, answers, the reasons of an appeal and the terms of offers."""
    for_it = application.id
    session.execute(delete(UnderwritingMessage).where(UnderwritingMessage.application_id == for_it))
    session.execute(
        update(UnderwritingAppeal)
        .where(UnderwritingAppeal.application_id == for_it)
        .values(reason="")
    )
    session.execute(
        update(CounterOffer).where(CounterOffer.application_id == for_it).values(terms=[], lines=[])
    )
