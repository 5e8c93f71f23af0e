"""What underwriting forgets of an application that led to nothing, once its time is over (E-03).

That a decision was made, when and by whom stays; the health answers it read go with the rest.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from storefront.applications.decisions import files
from storefront.applications.decisions.models import (
    CounterOffer,
    UnderwritingAppeal,
    UnderwritingDecision,
    UnderwritingMessage,
    UnderwrittenPerson,
)
from storefront.applications.models import Application
from storefront.attachments import service as attachments


def wipe(session: Session, application: Application, now: datetime) -> None:
    """What decisions read, questions, answers, the reasons of an appeal, terms and documents."""
    for_it = application.id
    nothing: dict[str, Any] = {
        "findings": [],
        "terms": [],
        "until": None,
        "facts": "",
        "declaration": "",
    }
    session.execute(
        update(UnderwritingDecision)
        .where(UnderwritingDecision.application_id == for_it)
        .values(content={**nothing, "people": ""}, reasons="", note="")
    )
    session.execute(delete(UnderwrittenPerson).where(UnderwrittenPerson.application_id == for_it))
    for file in files.of(session, application.ref):
        attachments.remove(session, file, now)
    session.execute(delete(UnderwritingMessage).where(UnderwritingMessage.application_id == for_it))
    session.execute(
        update(UnderwritingAppeal)
        .where(UnderwritingAppeal.application_id == for_it)
        .values(reason="")
    )
    session.execute(
        update(CounterOffer).where(CounterOffer.application_id == for_it).values(terms=[], lines=[])
    )
