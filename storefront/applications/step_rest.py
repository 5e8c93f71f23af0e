"""The steps about the insured object, the health declaration and the summary."""

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from storefront import identity
from storefront.applications import declaration, journal, limits, service, statements, texts
from storefront.applications.diligence import step as diligence
from storefront.applications.draft import Draft, open_draft
from storefront.applications.employees.texts import employee_rows
from storefront.applications.forms import RELATIONS
from storefront.applications.parties import text_fault
from storefront.applications.step_controls import control_rows
from storefront.applications.steps import (
    Context,
    Step,
    StepInvalid,
    Typed,
    require_statements,
)
from storefront.catalog.definition import ObjectField, all_hold
from storefront.extensions import current_language
from storefront.quotes.service import answer_rows

LONGEST_VALUE = 60
OLDEST_REGISTRATION = date(1950, 1, 1)


def show_object(session: Session, draft: Draft, language: str) -> Context:
    """The fields of the insured object, for example a vehicle."""
    return _object_context(draft, draft.insured_object, {})


def save_object(session: Session, draft: Draft, typed: Typed, language: str) -> str:
    """Checks each field by its kind and stores all of them."""
    values: dict[str, str] = {}
    errors: dict[str, str] = {}
    for field in _object_fields(draft):
        text = typed.get(field.key, "").strip()
        values[field.key] = text
        if not text:
            if field.required:
                errors[field.key] = texts.fault("missing")
            continue
        checked = _CHECKS[field.validator](text, draft.today)
        if checked is None:
            slug = text_fault(text, LONGEST_VALUE) if field.validator == "text" else None
            errors[field.key] = texts.fault(slug or field.validator)
        else:
            values[field.key] = checked
    if errors:
        raise StepInvalid(list(errors.items()), _object_context(draft, values, errors))
    fresh = service.set_party(draft, "object", values)
    journal.answered(session, fresh, "object", values)
    return fresh.after("object")


def show_health(session: Session, draft: Draft, language: str) -> Context:
    """The questions for each insured person, with the answers given for exactly that person."""
    return health_context(draft, declared(draft), {})


def save_health(session: Session, draft: Draft, typed: Typed, language: str) -> str:
    """All questions answered and the truth of them confirmed, or nothing is stored (S-03)."""
    fresh = take_declaration(session, draft, "health", typed, _set_declaration)
    return fresh.after("health")


def take_declaration(
    session: Session,
    draft: Draft,
    page: str,
    typed: Typed,
    store: Callable[[Session, Draft, list[dict[str, Any]]], Draft],
) -> Draft:
    """Reads and stores a declaration from its page, for the first time or to correct it.

    Raises StepInvalid.
    """
    per_person = []
    errors: dict[str, str] = {}
    for number in range(len(draft.insured)):
        answers, faults = declaration.read(draft.definition, typed, number)
        per_person.append(answers)
        errors |= {name: texts.fault(slug) for name, slug in faults}
    if errors:
        raise StepInvalid(list(errors.items()), health_context(draft, typed, errors))
    read = statements.health(session, draft, current_language())
    try:
        require_statements(session, draft, page, read, typed)
    except StepInvalid as missing:
        raise StepInvalid(missing.errors, health_context(draft, typed, {})) from missing
    fresh = store(session, draft, per_person)
    journal.answered(session, fresh, "health", {"declaration": fresh.application.declaration})
    return fresh


def show_summary(session: Session, draft: Draft, language: str) -> Context:
    """Everything once more, with the premium that is going to be charged."""
    return {
        "rows": answer_rows(draft.bundle, draft.application),
        "object_rows": [
            (field.label, draft.insured_object.get(field.key))
            for field in draft.definition.application.extra
            if draft.insured_object.get(field.key)
        ],
        "object_title": texts.object_title(draft.definition.line),
        "employee_rows": employee_rows(draft.employees, language) if draft.employees else [],
        "control_rows": control_rows(draft, language),
        "relations": RELATIONS,
        "mask": identity.mask_id_number,
        "statement_text": texts.statement("summary"),
        "period": service.period_of(draft),
        "shown_premium": str(draft.priced.total) if draft.priced else "",
    }


def save_summary(session: Session, draft: Draft, typed: Typed, language: str) -> str:
    """Submits: the server prices again and underwriting decides."""
    read = statements.summary(session, draft, language)
    require_statements(session, draft, "summary", read, typed)
    try:
        service.submit(session, draft, typed.get("shown_premium", ""), language)
    except limits.LimitExceeded as exceeded:
        errors = [("confirm-summary", sentence) for sentence in exceeded.sentences]
        raise StepInvalid(errors) from exceeded
    diligence.submitted(session, open_draft(session, draft.application, draft.now))
    return "status"


def _object_fields(draft: Draft) -> list[ObjectField]:
    return [
        field
        for field in draft.definition.application.extra
        if all_hold(field.shown_when, draft.answers)
    ]


def _object_context(draft: Draft, values: dict[str, str], errors: dict[str, str]) -> Context:
    return {"object_fields": _object_fields(draft), "values": values, "field_errors": errors}


def health_context(draft: Draft, raw: Any, errors: dict[str, str]) -> Context:
    """The questions with what was answered or typed, and what follows from a wrong answer."""
    return {
        "questions": draft.definition.questions,
        "insured": draft.insured,
        "raw": raw,
        "field_errors": errors,
        "field_name": declaration.field_name,
        "statement_text": texts.statement("health"),
        "contestability": draft.definition.contestability,
        "language": current_language(),
    }


def declared(draft: Draft) -> dict[str, str]:
    """The answers given so far as the fields show them, each for exactly the person who gave them."""
    given = {entry["id_number"]: entry["answers"] for entry in draft.application.declaration}
    return {
        declaration.field_name(number, code): declaration.as_text(value)
        for number, person in enumerate(draft.insured)
        for code, value in given.get(person["id_number"], {}).items()
    }


def _set_declaration(session: Session, draft: Draft, per_person: list[dict[str, Any]]) -> Draft:
    return service.set_declaration(draft, per_person)


def _matching(check: Callable[[str], bool]) -> Callable[[str, date], str | None]:
    def checked(text: str, today: date) -> str | None:
        normal = identity.normalise_vehicle_number(text)
        return normal if check(normal) else None

    return checked


def _past_date(text: str, today: date) -> str | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return text if OLDEST_REGISTRATION <= day <= today else None


def _domain(text: str, today: date) -> str | None:
    name = text.lower().removeprefix("https://").removeprefix("http://").rstrip("/")
    labels = name.split(".")
    fits = len(labels) > 1 and all(label and label.replace("-", "").isalnum() for label in labels)
    return name if fits and len(name) <= 253 else None


_CHECKS: dict[str, Callable[[str, date], str | None]] = {
    "plate": _matching(identity.is_plate),
    "vin": _matching(identity.is_vin),
    "engine": _matching(identity.is_engine_number),
    "date-past": _past_date,
    "domain": _domain,
    "text": lambda text, today: text if text_fault(text, LONGEST_VALUE) is None else None,
}

STEPS: dict[str, Step] = {
    "object": Step(show_object, save_object),
    "health": Step(show_health, save_health, read=statements.health),
    "summary": Step(show_summary, save_summary, read=statements.summary),
}
