"""The steps about the policyholder and the beneficiaries."""

from typing import Any

from flask import flash
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session

from storefront.accounts.models import Customer
from storefront.applications import journal, parties, service, texts
from storefront.applications.draft import Draft
from storefront.applications.forms import RELATIONS, BeneficiaryForm, PolicyholderForm
from storefront.applications.steps import Context, Step, StepInvalid, Typed, fill_errors, pressed
from storefront.catalog.answers import to_int

MOST_BENEFICIARIES = 10


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
    return keep_policyholder(session, draft, holder)


def keep_policyholder(session: Session, draft: Draft, holder: dict[str, Any]) -> str:
    """Stores a person or company as the policyholder; says so where others have to be named anew."""
    before = len(draft.insured)
    fresh = service.set_policyholder(session, draft, holder)
    journal.answered(session, fresh, "policyholder", holder)
    if len(fresh.insured) < before:
        flash(
            _(
                "The policyholder is somebody else now. Please name the other insured persons again."
            ),
            "warning",
        )
    return fresh.after("policyholder")


def show_beneficiaries(session: Session, draft: Draft, language: str) -> Context:
    """Legal heirs, or named people by rank and share."""
    form = BeneficiaryForm(formdata=None)
    form.offer()
    return _beneficiary_context(draft, form)


def save_beneficiaries(session: Session, draft: Draft, typed: Typed, language: str) -> str:
    """Chooses the legal heirs, adds or removes a named person, or goes on (S-07)."""
    named = list((draft.beneficiaries or {}).get("named", []))
    action, number = pressed(typed)
    if action == "remove" and number is not None:
        return _store_named(session, draft, parties.without(named, number))
    if action == "add":
        return _store_named(session, draft, [*named, _read_beneficiary(draft, typed, named)])
    kind = typed.get("kind", "")
    chosen = {"kind": kind, "named": named if kind == "named" else []}
    if fault := parties.beneficiaries_fault(chosen, draft.insured):
        raise StepInvalid([("kind", texts.fault(fault))])
    return _choose(session, draft, chosen)


def _from_profile(customer: Customer) -> dict[str, Any]:
    return {"name": customer.name, "id_number": customer.id_number, "mobile": customer.mobile}


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


BENEFICIARIES = Step(show_beneficiaries, save_beneficiaries)
