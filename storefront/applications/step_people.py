"""The steps about people: policyholder, insured persons, beneficiaries."""

from typing import Any

from flask_login import current_user
from sqlalchemy.orm import Session

from storefront.accounts import service as accounts
from storefront.accounts.models import Customer
from storefront.applications import journal, parties, rules, service, texts
from storefront.applications.draft import Draft
from storefront.applications.forms import RELATIONS, BeneficiaryForm, InsuredForm, PolicyholderForm
from storefront.applications.steps import Context, Step, StepInvalid, Typed, fill_errors
from storefront.catalog import members
from storefront.catalog.answers import to_int

MOST_BENEFICIARIES = 10
LARGEST_AMOUNT = 100_000_000


def show_policyholder(session: Session, draft: Draft, language: str) -> Context:
    """What was entered before; the first time, what the profile knows."""
    holder = draft.policyholder
    if holder is None or holder["kind"] != "person":
        holder = _from_profile(current_user)
    return {"form": PolicyholderForm(formdata=None, data=holder)}


def save_policyholder(session: Session, draft: Draft, typed: Typed, language: str) -> str:
    """Stores the policyholder and keeps somebody insured as `self` the same person."""
    form = PolicyholderForm(formdata=typed)
    shape_ok = form.validate()
    holder, faults = parties.read_policyholder(typed, draft.definition, draft.today)
    if faults or not shape_ok:
        raise StepInvalid(fill_errors(form, faults), {"form": form})
    holder["email"] = current_user.email
    fresh = service.set_policyholder(draft, holder)
    journal.answered(session, fresh, "policyholder", holder)
    return fresh.after("policyholder")


def show_insured(session: Session, draft: Draft, language: str) -> Context:
    """The people insured so far, those one insures often, and a form for a new one."""
    form = InsuredForm(formdata=None)
    form.offer(draft.definition.insured.relations)
    return _insured_context(session, draft, form)


def save_insured(session: Session, draft: Draft, typed: Typed, language: str) -> str:
    """Adds or removes one person, or goes on when all are there."""
    action, number = _action(typed)
    if action == "remove" and number is not None:
        return _store_insured(session, draft, parties.without(draft.insured, number))
    if action == "self":
        return _add_insured(session, draft, _myself(draft), InsuredForm(formdata=None))
    if action == "saved" and number is not None:
        return _add_insured(session, draft, _saved(session, number), InsuredForm(formdata=None))
    if action == "add":
        return _add_typed(session, draft, typed)
    return _finish_insured(session, draft, typed, language)


def show_beneficiaries(session: Session, draft: Draft, language: str) -> Context:
    """Legal heirs, or named people by rank and share."""
    form = BeneficiaryForm(formdata=None)
    form.offer()
    return _beneficiary_context(draft, form)


def save_beneficiaries(session: Session, draft: Draft, typed: Typed, language: str) -> str:
    """Chooses the legal heirs, adds or removes a named person, or goes on (S-07)."""
    named = list((draft.beneficiaries or {}).get("named", []))
    action, number = _action(typed)
    if action == "remove" and number is not None:
        return _store_named(session, draft, parties.without(named, number))
    if action == "add":
        return _store_named(session, draft, [*named, _read_beneficiary(draft, typed, named)])
    kind = typed.get("kind", "")
    if kind == "statutory":
        return _choose(session, draft, {"kind": "statutory", "named": []})
    if kind != "named" or not named:
        raise _beneficiaries_invalid(draft, "beneficiaries-none" if kind == "named" else "missing")
    if rules.shares_fault(named) is not None:
        raise _beneficiaries_invalid(draft, "shares")
    return _choose(session, draft, {"kind": "named", "named": named})


def _action(typed: Typed) -> tuple[str, int | None]:
    """The button that was pressed and the number of the person it stands beside."""
    action, _, argument = typed.get("action", "").partition(":")
    return action, to_int(argument)


def _from_profile(customer: Customer) -> dict[str, Any]:
    return {"name": customer.name, "id_number": customer.id_number, "mobile": customer.mobile}


def _insured_context(session: Session, draft: Draft, form: InsuredForm) -> Context:
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
        "room": len(draft.insured) < draft.definition.insured.max,
        "consent": draft.consent_needed,
        "consent_statement": texts.statement("insured-consent"),
        "most": draft.definition.insured.max,
    }


def _myself(draft: Draft) -> dict[str, Any]:
    holder = draft.policyholder or {}
    keys = ("name", "id_number", "birth_date", "sex", "mobile")
    return {**{key: holder[key] for key in keys}, "relation": "self"}


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
    text = typed.get("cover_elsewhere", "").strip()
    elsewhere = to_int(text or "0")
    if elsewhere is None or not 0 <= elsewhere <= LARGEST_AMOUNT:
        faults.append(("cover_elsewhere", "amount"))
    person["cover_elsewhere"] = str(elsewhere) if text else ""
    if faults:
        context = _insured_context(session, draft, form)
        raise StepInvalid(fill_errors(form, faults), context)
    return _add_insured(session, draft, person, form)


def _add_insured(session: Session, draft: Draft, person: dict[str, Any], form: InsuredForm) -> str:
    form.offer(draft.definition.insured.relations)
    start = draft.application.start_date or draft.today
    seats = parties.seats(draft.people_answers, [*draft.insured, person])
    position = len(draft.insured)
    if draft.definition.insured.pricing != members.OWN:
        fault = parties.insured_fault(draft.definition, draft.answers, person, start)
    elif seats is None:
        fault = "not-quoted"
    else:
        fault = parties.insured_fault(draft.definition, seats[position], person, start)
    if any(parties.same_person(person, other) for other in draft.insured):
        fault = "insured-twice"
    elif len(draft.insured) >= draft.definition.insured.max:
        fault = "insured-full"
    if fault:
        place = "relation" if fault == "relation-not-allowed" else "id_number"
        context = _insured_context(session, draft, form)
        raise StepInvalid(fill_errors(form, [(place, fault)]), context)
    return _store_insured(session, draft, [*draft.insured, person])


def _store_insured(session: Session, draft: Draft, people: list[dict[str, Any]]) -> str:
    service.withdraw_confirmation(session, draft, "insured-consent")
    fresh = service.set_insured(draft, people)
    journal.answered(session, fresh, "insured", {"insured": people})
    return "insured"


def _finish_insured(session: Session, draft: Draft, typed: Typed, language: str) -> str:
    fault = draft.insured_fault
    if fault == "consent-missing" and typed.get("insured-consent") == "yes":
        statement = texts.statement("insured-consent")
        service.confirm(session, draft, "insured-consent", journal.fingerprint(statement), language)
        journal.confirmed(session, draft, "insured-consent", statement, language)
        fault = None
    if fault:
        place = "confirm-insured-consent" if fault == "consent-missing" else "insured-list"
        raise StepInvalid([(place, texts.fault(fault))])
    return service.changed(draft).after("insured")


def _beneficiary_context(draft: Draft, form: BeneficiaryForm) -> Context:
    chosen = draft.beneficiaries or {}
    return {
        "form": form,
        "kind": chosen.get("kind", ""),
        "named": chosen.get("named", []),
        "relations": RELATIONS,
        "room": len(chosen.get("named", [])) < MOST_BENEFICIARIES,
    }


def _read_beneficiary(draft: Draft, typed: Typed, named: list[dict[str, Any]]) -> dict[str, Any]:
    form = BeneficiaryForm(formdata=typed)
    form.offer()
    form.validate()
    person, faults = parties.read_person(typed, draft.today, mobile_required=False)
    rank, share = to_int(typed.get("rank", "").strip() or "1"), to_int(typed.get("share", ""))
    person |= {"relation": typed.get("relation", ""), "rank": rank, "share": str(share)}
    if person["relation"] not in dict(form.relation.choices) or not person["relation"]:
        faults.append(("relation", "missing"))
    if share is None or not 1 <= share <= 100:
        faults.append(("share", "share"))
    if rank is None or not 1 <= rank <= 9:
        faults.append(("rank", "rank"))
    if any(parties.same_person(person, insured) for insured in draft.insured):
        faults.append(("id_number", "beneficiary-insured"))
    if any(parties.same_person(person, other) for other in named):
        faults.append(("id_number", "insured-twice"))
    if len(named) >= MOST_BENEFICIARIES:
        faults.append(("name", "insured-full"))
    if faults:
        context = {**_beneficiary_context(draft, form), "kind": "named"}
        raise StepInvalid(fill_errors(form, faults), context)
    return person


def _store_named(session: Session, draft: Draft, named: list[dict[str, Any]]) -> str:
    """Keeps the list while it is being made; the choice itself is made by going on."""
    fresh = service.set_party(draft, "beneficiaries", {"kind": "unfinished", "named": named})
    journal.answered(session, fresh, "beneficiaries", {"named": named})
    return "beneficiaries"


def _choose(session: Session, draft: Draft, chosen: dict[str, Any]) -> str:
    fresh = service.set_party(draft, "beneficiaries", chosen)
    journal.answered(session, fresh, "beneficiaries", chosen)
    return fresh.after("beneficiaries")


def _beneficiaries_invalid(draft: Draft, slug: str) -> StepInvalid:
    return StepInvalid([("kind", texts.fault(slug))])


INSURED = Step(show_insured, save_insured)
BENEFICIARIES = Step(show_beneficiaries, save_beneficiaries)
