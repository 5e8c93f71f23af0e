"""What of a draft's insured persons is judged: whether they fit, who has to agree, what has to be said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storefront.applications import parties, rules
from storefront.applications.consent import rules as consents
from storefront.catalog import members

if TYPE_CHECKING:
    from storefront.applications.draft import Draft


def fault(draft: Draft) -> str | None:
    """Why the insured persons as they stand cannot be accepted."""
    limits, count = draft.definition.insured, len(draft.insured)
    if not limits.min <= count <= limits.max:
        return "insured-count"
    if limits.pricing == members.OWN and count != draft.persons:
        return "not-quoted" if count > draft.persons else "insured-count"
    if parties.is_repeated(draft.insured):
        return "insured-twice"
    start = draft.application.start_date or draft.today
    faults = (
        parties.insured_fault(draft.definition, answers, person, start)
        for answers, person in zip(draft.people_answers, draft.insured, strict=False)
    )
    found = next((item for item in faults if item), None)
    if found is None and any(_untold(draft.insured[place]) for place in asked_elsewhere(draft)):
        return "elsewhere-missing"
    if found is None and not _confirmed(draft).issuperset(statements(draft)):
        return "consent-missing"
    return found


def asked_elsewhere(draft: Draft) -> list[int]:
    """The places of the minors whose death cover with others has to be declared (S-06)."""
    start = draft.application.start_date or draft.today
    return [
        place
        for place, (person, answers) in enumerate(
            zip(draft.insured, draft.people_answers, strict=False)
        )
        if rules.minor_limit(parties.age_of(person, start)) is not None
        and rules.counted_death_benefit(draft.definition, answers)
    ]


def needed_consents(draft: Draft) -> list[rules.Consent]:
    """Whose consent each insured person needs, in their order."""
    start = draft.application.start_date or draft.today
    return [
        rules.consent_of(
            person["relation"],
            parties.age_of(person, start),
            death=rules.death_benefit(draft.definition, answers) > 0,
        )
        for answers, person in zip(draft.people_answers, draft.insured, strict=False)
    ]


def statements(draft: Draft) -> tuple[str, ...]:
    """What the policyholder has to state for the people who are insured now."""
    ages = [parties.age_of(person, draft.today) for person in draft.insured]
    return rules.insured_statements(needed_consents(draft), min(ages, default=None))


def asked_by_link(draft: Draft) -> list[int]:
    """The places of the insured persons who have to agree through a link of their own."""
    return [place for place, needed in enumerate(needed_consents(draft)) if needed == "link"]


def link_terms(draft: Draft, place: int) -> str:
    """What the consent of an insured person is about now, as a hash."""
    application = draft.application
    start = application.start_date or draft.today
    return consents.terms(
        f"{application.product_code}/{application.product_version}",
        draft.policyholder or {},
        draft.insured[place],
        amounts=rules.death_benefits(draft.definition, draft.people_answers[place]),
        period=rules.period(draft.definition, draft.answers, start),
        beneficiaries=draft.beneficiaries,
    )


def link_standing(draft: Draft, place: int) -> consents.Standing:
    """Where the newest link of an insured person stands."""
    who = parties.person_hash(draft.insured[place])
    links = [link for link in draft.application.consents if link.person_hash == who]
    return consents.standing(links, link_terms(draft, place), draft.now)


def other_cover_told(draft: Draft) -> bool:
    """Whether existing cover was told for exactly the people now insured (N-04)."""
    told = [item["id_number"] for item in draft.application.parties.get("other_cover", [])]
    people = [person["id_number"] for person in draft.insured]
    return told == people and "other-cover" in _confirmed(draft)


def _untold(person: dict[str, Any]) -> bool:
    """Whether nobody has said how much others insure; nothing said is not "none" (S-03)."""
    return not person.get("cover_elsewhere")


def _confirmed(draft: Draft) -> set[str]:
    return {item.kind for item in draft.application.confirmations}
