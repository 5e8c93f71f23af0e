"""The step about the cover itself: the answers of the quote, editable, and the first day of cover."""

from datetime import date

from sqlalchemy.orm import Session

from storefront.applications import journal, rules, service, texts
from storefront.applications.draft import Draft
from storefront.applications.steps import Context, Step, StepInvalid, Typed
from storefront.catalog import messages
from storefront.quotes import service as quotes
from storefront.quotes.form import changed_people, form_fields, given, people_of


def show(session: Session, draft: Draft, language: str) -> Context:
    """The answers as they stand, with today's price."""
    raw = quotes.raw_of(draft.application)
    start = draft.application.start_date
    return _context(draft, raw, str(start or ""), complain=bool(draft.answer_faults))


def save(session: Session, draft: Draft, typed: Typed, language: str) -> str:
    """Prices the answers; the first day of cover is one of them, or a field beside them."""
    raw = given(draft.bundle, typed)
    if (people := changed_people(draft.bundle, raw, typed.get("action", ""))) is not None:
        start_date = typed.get("start_date", "")
        raise StepInvalid([], _context(draft, people, start_date, complain=False))
    if typed.get("action") == "find":
        raise StepInvalid([], _context(draft, raw, typed.get("start_date", ""), complain=False))
    assessment = quotes.assess(draft.bundle, raw, str(draft.persons), draft.now)
    start = _start(draft, assessment.answers or {}, typed)
    errors = [
        (f"field-{fault.key.replace('.', '-')}", messages.sentence(draft.definition, fault))
        for fault in assessment.faults
    ]
    if start is None and draft.definition.start.key is None:
        errors.append(("start_date", texts.fault("start-window")))
    if errors or assessment.answers is None or start is None:
        raise StepInvalid(errors, _context(draft, raw, typed.get("start_date", ""), complain=True))
    fresh = service.set_cover(draft, assessment.answers, start)
    journal.answered(session, fresh, "cover", {**raw, "start_date": start.isoformat()})
    return fresh.after("cover")


def _start(draft: Draft, answers: object, typed: Typed) -> date | None:
    key = draft.definition.start.key
    if key:
        value = answers.get(key) if isinstance(answers, dict) else None
        return value if isinstance(value, date) else None
    try:
        start = date.fromisoformat(typed.get("start_date", ""))
    except ValueError:
        return None
    first, last = rules.start_window(draft.definition, draft.today)
    return start if first <= start <= last else None


def _context(draft: Draft, raw: dict[str, str], start: str, *, complain: bool) -> Context:
    assessment = quotes.assess(draft.bundle, raw, str(draft.persons), draft.now)
    fields = form_fields(draft.bundle, raw, assessment, complain=complain)
    return {
        "fields": fields,
        "people": people_of(draft.definition, fields),
        "assessment": assessment,
        "problems": [],
        "change": None,
        "changed_fields": [],
        "refresh": False,
        "bundle": draft.bundle,
        "start_date": start,
        "own_start": draft.definition.start.key is None,
        "window": rules.start_window(draft.definition, draft.today),
    }


STEP = Step(show, save)
