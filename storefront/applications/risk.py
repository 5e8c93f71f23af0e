"""What underwriting looks at: the facts of each insured person, from answers and declarations."""

from storefront.applications import controls, declaration
from storefront.applications.draft import Draft
from storefront.catalog.facts import with_declared


def facts_of(draft: Draft) -> list[dict[str, object]]:
    """One entry for each insured person who declared something; one where nobody is named."""
    definition = draft.definition
    declared = [entry["answers"] for entry in draft.application.declaration] or [{}]
    company = controls.typed(definition, draft.application.parties)
    return [
        with_declared(definition, own, company | declaration.typed(definition, answers))
        for own, answers in zip(draft.people_answers, declared, strict=False)
    ]
