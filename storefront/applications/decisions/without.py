"""A family goes on without the member whom the rules cannot insure, instead of starting over."""

from sqlalchemy.orm import Session

from storefront.applications import journal, rules, service
from storefront.applications.decisions import appeals, history
from storefront.applications.decisions.explaining import CLOSED
from storefront.applications.draft import Draft
from storefront.catalog import answers as catalog_answers
from storefront.catalog import members
from storefront.errors import Refused


def refused_people(session: Session, draft: Draft) -> list[int]:
    """The places of the insured persons for whom all were refused; nobody where the others are none.

    While an appeal is open nothing is given up.
    """
    application = draft.application
    row = history.latest(session, application)
    appeal = appeals.of(session, application)
    waiting = appeal is not None and appeal.decided_at is None
    if application.state not in CLOSED or row is None or waiting:
        return []
    findings = row.content["findings"]
    refused = {item["person"] for item in findings if item["outcome"] in CLOSED}
    left = len(draft.insured) - len(refused)
    return sorted(refused) if refused and left >= max(1, draft.definition.insured.min) else []


def go_on(session: Session, draft: Draft) -> Draft:
    """Takes them off a locked application, which is a draft again. Raises Refused.

    What the others declared stays; the statements about the people insured are made anew.
    """
    refused = refused_people(session, draft)
    if not refused:
        raise Refused
    kept = [place for place in range(len(draft.insured)) if place not in refused]
    people = [draft.insured[place] for place in kept]
    numbers = {person["id_number"] for person in people}
    application, definition = draft.application, draft.definition
    service.reopen(session, application, draft.now)
    if definition.insured.pricing == members.OWN:
        own = [draft.people_answers[place] for place in kept]
        application.answers = catalog_answers.dump(members.together(definition, own))
    application.declaration = [
        entry for entry in application.declaration if entry["id_number"] in numbers
    ]
    other = application.parties.get("other_cover", [])
    told = [entry for entry in other if entry["id_number"] in numbers]
    application.parties = {**application.parties, "insured": people, "other_cover": told}
    for kind in rules.INSURED_STATEMENTS:
        service.withdraw_confirmation(session, draft, kind)
    fresh = service.changed(Draft(application, draft.bundle, draft.now))
    journal.answered(session, fresh, "insured", {"insured": people})
    return fresh
