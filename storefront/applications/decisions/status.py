"""What the page of a submitted application shows about its underwriting."""

from typing import Any

from sqlalchemy.orm import Session

from storefront.applications.decisions import (
    appeals,
    explaining,
    history,
    questions,
    redeclaration,
    without,
)
from storefront.applications.draft import Draft


def context(session: Session, draft: Draft) -> dict[str, Any]:
    """Why, what else fits, whether there is a question to answer, and what the customer may still do."""
    application = draft.application
    row = history.latest(session, application)
    return {
        "explained": explaining.explain(session, draft, row) if row else None,
        "special_terms": explaining.special_terms(draft, row) if row else [],
        "asked": questions.open_question(session, application),
        "has_thread": bool(questions.thread(session, application)),
        "appeal": appeals.of(session, application),
        "may_appeal": appeals.possible(session, application),
        "refused_people": [
            draft.insured[place]["name"] for place in without.refused_people(session, draft)
        ],
        "may_correct": redeclaration.possible(draft),
    }
