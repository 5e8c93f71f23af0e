"""What underwriting looks at: the facts of each insured person, from answers, declarations and policies."""

from sqlalchemy.orm import object_session

from storefront.applications import controls, declaration, limits, parties
from storefront.applications.draft import Draft
from storefront.catalog.facts import ACCUMULATED, ACCUMULATED_HERE, with_declared


def facts_of(draft: Draft) -> list[dict[str, object]]:
    """One entry for each insured person; one where nobody is named."""
    return [told | more for told, more in zip(told_by(draft), _about_people(draft), strict=False)]


def told_by(draft: Draft) -> list[dict[str, object]]:
    """The part of it that stands in answers and declarations, for each insured person."""
    definition = draft.definition
    nothing: list[dict[str, object]] = [{} for _person in draft.people_answers]
    declared = [entry["answers"] for entry in draft.application.declaration] or nothing
    company = controls.typed(definition, draft.application.parties)
    return [
        with_declared(definition, own, company | declaration.typed(definition, answers))
        for own, answers in zip(draft.people_answers, declared, strict=False)
    ]


def _about_people(draft: Draft) -> list[dict[str, object]]:
    """What does not follow from answers: age by the identity number, policyholder, sums insured."""
    kind = (draft.policyholder or {}).get("kind")
    start = draft.application.start_date or draft.today
    ages: list[dict[str, object]] = [
        {"age": parties.age_of(person, start)} for person in draft.insured
    ]
    return [
        {"policyholder_kind": kind, **age, **sums}
        for age, sums in zip(ages or [{}], _sums(draft) or [{}], strict=True)
    ]


def _sums(draft: Draft) -> list[dict[str, object]]:
    """Only where a rule reads them: they change with every other application of the person."""
    session = object_session(draft.application)
    rules = draft.definition.underwriting.rules
    read = {condition.key for rule in rules for condition in rule.when}
    if session is None or not any(key.startswith((ACCUMULATED, ACCUMULATED_HERE)) for key in read):
        return [{} for _person in draft.insured]
    return limits.facts(session, draft)
