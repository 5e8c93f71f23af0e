"""The step about the insured persons: who they are, and what has to be said for them."""

from typing import Any

from flask_login import current_user
from sqlalchemy.orm import Session

from storefront.accounts import service as accounts
from storefront.applications import insured as people
from storefront.applications import journal, limits, parties, rules, service, statements, texts
from storefront.applications.draft import Draft
from storefront.applications.forms import RELATIONS, InsuredForm
from storefront.applications.steps import (
    Context,
    Step,
    StepInvalid,
    Typed,
    fill_errors,
    pressed,
    require_statements,
)
from storefront.catalog import members
from storefront.catalog.answers import to_int

LARGEST_AMOUNT = 100_000_000


def show(session: Session, draft: Draft, language: str) -> Context:
    """The people insured so far, those one insures often, and a form for a new one."""
    return _context(session, draft, InsuredForm(formdata=None))


def save(session: Session, draft: Draft, typed: Typed, language: str) -> str:
    """Adds or removes one person, or goes on when all are there."""
    action, number = pressed(typed)
    if action == "remove" and number is not None:
        return store(session, draft, parties.without(draft.insured, number))
    if action == "self" and draft.policyholder and draft.policyholder["kind"] == "person":
        return _add(
            session, draft, parties.as_insured(draft.policyholder), InsuredForm(formdata=None)
        )
    if action == "saved" and number is not None:
        return _add(session, draft, _saved(session, number), InsuredForm(formdata=None))
    if action == "add":
        return _add_typed(session, draft, typed)
    return _finish(session, draft, typed, language)


def _context(session: Session, draft: Draft, form: InsuredForm) -> Context:
    form.offer(draft.definition.insured.relations)
    used = {person["id_number"] for person in draft.insured}
    saved = [
        person
        for person in accounts.people_of(session, draft.application.customer_id)
        if person.id_number not in used and person.relation in draft.definition.insured.relations
    ]
    return {
        "form": form,
        "insured": draft.insured,
        "saved": saved,
        "relations": RELATIONS,
        "self_possible": "self" in draft.definition.insured.relations
        and (draft.policyholder or {}).get("kind") != "company"
        and not any(person["relation"] == "self" for person in draft.insured),
        "room": len(draft.insured) < _most(draft),
        "statements": [(kind, texts.statement(kind)) for kind in people.statements(draft)],
        "elsewhere": people.asked_elsewhere(draft),
        "left": dict(limits.left(session, draft)),
        "own_prices": draft.definition.insured.pricing == members.OWN,
        "quoted": [str(answers.get("birth_date", "")) for answers in draft.people_answers],
        "most": draft.definition.insured.max,
    }


def _most(draft: Draft) -> int:
    """As many as the product insures; where each was priced by itself, as many as were priced."""
    own = draft.definition.insured.pricing == members.OWN
    return draft.persons if own else draft.definition.insured.max


def _saved(session: Session, person_id: int) -> dict[str, Any]:
    person = accounts.person_of(session, current_user.id, person_id)
    return {
        "name": person.name,
        "id_number": person.id_number,
        "birth_date": person.birth_date.isoformat(),
        "sex": person.sex,
        "mobile": person.mobile or "",
        "relation": person.relation,
    }


def _add_typed(session: Session, draft: Draft, typed: Typed) -> str:
    form = InsuredForm(formdata=typed)
    form.offer(draft.definition.insured.relations)
    form.validate()
    person, faults = parties.read_person(typed, draft.today, mobile_required=False)
    person["relation"] = typed.get("relation", "")
    if not person["relation"]:
        faults.append(("relation", "missing"))
    if faults:
        raise StepInvalid(fill_errors(form, faults), _context(session, draft, form))
    return _add(session, draft, person, form)


def _add(session: Session, draft: Draft, person: dict[str, Any], form: InsuredForm) -> str:
    form.offer(draft.definition.insured.relations)
    if fault := _fault_of_new(draft, person):
        place = "relation" if fault in parties.FAULTS_OF_RELATION else "id_number"
        errors = fill_errors(form, [(place, fault)])
        raise StepInvalid(errors, _context(session, draft, form))
    return store(session, draft, [*draft.insured, person])


def _fault_of_new(draft: Draft, person: dict[str, Any]) -> str | None:
    """Why somebody cannot be added; identity and birth date have to agree with the price (S-10)."""
    if any(parties.same_person(person, other) for other in draft.insured):
        return "insured-twice"
    if len(draft.insured) >= _most(draft):
        return "insured-full"
    answers: Any = draft.answers
    if draft.definition.insured.pricing == members.OWN:
        seats = parties.seats(draft.people_answers, [*draft.insured, person])
        if seats is None:
            return "not-quoted"
        answers = seats[len(draft.insured)]
    start = draft.application.start_date or draft.today
    return parties.insured_fault(draft.definition, answers, person, start)


def store(session: Session, draft: Draft, listed: list[dict[str, Any]]) -> str:
    """Keeps the insured persons; what was stated for other people falls."""
    for kind in rules.INSURED_STATEMENTS:
        service.withdraw_confirmation(session, draft, kind)
    fresh = service.set_insured(draft, listed)
    journal.answered(session, fresh, "insured", {"insured": listed})
    return "insured"


def _finish(session: Session, draft: Draft, typed: Typed, language: str) -> str:
    """Keeps what was declared for minors, and every statement for the people as they are now."""
    draft = _declare_elsewhere(session, draft, typed)
    fault = draft.insured_fault
    if fault and fault != "consent-missing":
        raise StepInvalid([("insured-list", texts.fault(fault))])
    if sentences := limits.check(session, draft):
        raise StepInvalid([("insured-list", sentence) for sentence in sentences])
    read = statements.insured_people(session, draft, language)
    require_statements(session, draft, "insured", read, typed)
    return service.changed(draft).after("insured")


def _declare_elsewhere(session: Session, draft: Draft, typed: Typed) -> Draft:
    listed = [dict(person) for person in draft.insured]
    errors = []
    for place in people.asked_elsewhere(draft):
        text = typed.get(f"elsewhere-{place}", "").strip()
        amount = to_int(text)
        if amount is None or not 0 <= amount <= LARGEST_AMOUNT:
            slug = "amount" if text else "elsewhere-missing"
            errors.append((f"elsewhere-{place}", texts.fault(slug)))
        listed[place]["cover_elsewhere"] = str(amount)
    if errors:
        raise StepInvalid(errors)
    if listed == draft.insured:
        return draft
    fresh = service.set_insured(draft, listed)
    journal.answered(session, fresh, "insured", {"insured": listed})
    return fresh


STEP = Step(show, save, read=statements.insured_people)
