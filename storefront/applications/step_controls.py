"""The step with the questionnaire about the enterprise: what protects it before anything happens."""

from collections.abc import Mapping
from decimal import Decimal

from flask_babel import format_decimal
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from storefront.applications import controls, declaration, journal, service, statements, texts
from storefront.applications.draft import Draft
from storefront.applications.steps import Context, Step, StepInvalid, Typed, require_statements
from storefront.catalog.definition import FollowUp, Question


def show(session: Session, draft: Draft, language: str) -> Context:
    """The questions with the answers given before."""
    given = controls.answers_of(draft.application.parties)
    return _context(draft, {code: declaration.as_text(value) for code, value in given.items()}, {})


def save(session: Session, draft: Draft, typed: Typed, language: str) -> str:
    """All questions answered and the truth of them confirmed, or nothing is stored (S-03)."""
    questions = draft.definition.application.questionnaire
    answers, faults = declaration.read_answers(questions, typed)
    if faults:
        errors = {name: texts.fault(slug) for name, slug in faults}
        raise StepInvalid(list(errors.items()), _context(draft, typed, errors))
    read = statements.controls(session, draft, language)
    try:
        require_statements(session, draft, "controls", read, typed)
    except StepInvalid as missing:
        raise StepInvalid(missing.errors, _context(draft, typed, {})) from missing
    fresh = service.set_party(draft, controls.KEY, controls.stored(answers, draft.now))
    journal.answered(session, fresh, "controls", answers)
    return fresh.after("controls")


def control_rows(draft: Draft, language: str) -> list[tuple[str, str]]:
    """(question, answer) of everything that was asked, for reading."""
    given = controls.answers_of(draft.application.parties)
    return [
        (asked.text.in_language(language), _shown(asked, given[asked.code], language))
        for asked in declaration.all_asked(draft.definition.application.questionnaire)
        if asked.code in given
    ]


def _shown(asked: Question | FollowUp, value: object, language: str) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if asked.type == "number":
        unit = asked.unit.in_language(language) if asked.unit else ""
        return f"{format_decimal(Decimal(str(value)))} {unit}".strip()
    return str(value)


def _context(draft: Draft, raw: Mapping[str, str], errors: dict[str, str]) -> Context:
    return {
        "questions": draft.definition.application.questionnaire,
        "raw": raw,
        "field_errors": errors,
        "statement_text": texts.statement("controls"),
    }


STEP = Step(show, save, read=statements.controls)
