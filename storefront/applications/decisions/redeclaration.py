"""A health declaration corrected after the submission and before the payment: decided on anew.

The duty to tell lasts until the contract is made, which is when the premium arrives; afterwards the
declaration is what it was, and only the insurer can be told.
"""

from typing import Any

from sqlalchemy.orm import Session

from storefront.applications import limits
from storefront.applications.decisions import outcome
from storefront.applications.draft import Draft
from storefront.applications.risk import facts_of
from storefront.errors import Refused

CORRECTABLE = ("accepted", "referred", "counter_offered")


def possible(draft: Draft) -> bool:
    """Whether the declaration can still be corrected here."""
    asks = bool(draft.definition.questions) and bool(draft.application.declaration)
    return asks and draft.application.state in CORRECTABLE


def correct(session: Session, draft: Draft, per_person: list[dict[str, Any]]) -> Draft:
    """Puts the corrected answers in place of the earlier ones and underwrites anew.

    Answers that are the same again change nothing. Raises Refused where it is too late.
    """
    if not possible(draft):
        raise Refused
    given = [entry["answers"] for entry in draft.application.declaration]
    if per_person == given:
        return draft
    application = draft.application
    application.declaration = [
        {"id_number": person["id_number"], "answers": answers}
        for person, answers in zip(draft.insured, per_person, strict=True)
    ]
    application.revision += 1
    fresh = Draft(application, draft.bundle, draft.now)
    outcome.leave(session, application, "replaced", draft.now)
    outcome.move(application, "submitted", draft.now)
    limits.lock(session, fresh)
    outcome.of_rules(session, fresh, facts_of(fresh), "correction")
    return fresh
