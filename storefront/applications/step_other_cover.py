"""The step about medical cover that the insured persons have already (N-04).

Reimbursement never adds up to more than was spent, so that a second policy may be of no use; the page says
so before anybody pays.
"""

from typing import Any

from sqlalchemy.orm import Session

from storefront.applications import journal, service, statements, texts
from storefront.applications.draft import Draft
from storefront.applications.steps import Context, Step, StepInvalid, Typed, require_statements

SOCIAL_INSURANCE = "social_insurance"
"""The answer by which products ask for it; what was answered for the price is not asked twice."""
ASKED = ("hospital", "employer")
ANSWERS = {"yes": True, "no": False}


def show(session: Session, draft: Draft, language: str) -> Context:
    """The questions for each person, with what was answered for exactly these people."""
    told = {entry["id_number"]: entry for entry in draft.application.parties.get("other_cover", [])}
    raw = {
        _name(number, key): "yes" if told[person["id_number"]][key] else "no"
        for number, person in enumerate(draft.insured)
        if person["id_number"] in told
        for key in ASKED
    }
    return _context(draft, raw, {})


def save(session: Session, draft: Draft, typed: Typed, language: str) -> str:
    """Every question answered for every person and the warning confirmed, or nothing is stored."""
    names = [_name(number, key) for number in range(len(draft.insured)) for key in ASKED]
    errors = {name: texts.fault("unanswered") for name in names if typed.get(name) not in ANSWERS}
    if errors:
        raise StepInvalid(list(errors.items()), _context(draft, typed, errors))
    read = statements.other_cover(session, draft, language)
    try:
        require_statements(session, draft, "other-cover", read, typed)
    except StepInvalid as missing:
        raise StepInvalid(missing.errors, _context(draft, typed, {})) from missing
    told = [
        {
            "id_number": person["id_number"],
            SOCIAL_INSURANCE: answers.get(SOCIAL_INSURANCE),
            **{key: ANSWERS[typed[_name(number, key)]] for key in ASKED},
        }
        for number, (person, answers) in enumerate(
            zip(draft.insured, draft.people_answers, strict=True)
        )
    ]
    fresh = service.set_party(draft, "other_cover", told)
    journal.answered(session, fresh, "other-cover", {"other_cover": told})
    return fresh.after("other-cover")


def _name(number: int, key: str) -> str:
    return f"p{number}.{key}"


def _context(draft: Draft, raw: Any, errors: dict[str, str]) -> Context:
    return {
        "people": [
            (number, person, answers.get(SOCIAL_INSURANCE))
            for number, (person, answers) in enumerate(
                zip(draft.insured, draft.people_answers, strict=True)
            )
        ],
        "asked": [(key, texts.other_cover(key)) for key in ASKED],
        "field_name": _name,
        "raw": raw,
        "field_errors": errors,
        "warning": texts.overlap(),
        "statement_text": texts.statement("other-cover"),
    }


STEP = Step(show, save, read=statements.other_cover)
