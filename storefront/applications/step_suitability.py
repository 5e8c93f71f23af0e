"""The steps about needs and means: the assessment behind the application (N-01), and going on of
one's own will where the application does not fit it (N-02)."""

from typing import Any

from flask_login import current_user
from sqlalchemy.orm import Session

from storefront.advice import service as assessments
from storefront.advice.book import book
from storefront.advice.browser import remembered
from storefront.advice.form import filled_groups, summary
from storefront.advice.models import SuitabilityRecord
from storefront.advice.questions import given, questionnaire
from storefront.advice.result import NeedFound, Result
from storefront.applications import journal, service, statements, texts
from storefront.applications.draft import Draft
from storefront.applications.statements import Read
from storefront.applications.steps import (
    Context,
    Step,
    StepInvalid,
    Typed,
    confirm,
    require_statements,
    was_read,
)
from storefront.catalog.faults import AnswersInvalid
from storefront.quotes import service as quotes


def show_suitability(session: Session, draft: Draft, language: str) -> Context:
    """The latest assessment and how the application stands to it; without one, the questions."""
    record = _latest(session, draft)
    questions = questionnaire(short=True)
    raw = given(questions, assessments.raw_of(record)) if record else {}
    context: Context = {
        "record": record,
        "groups": filled_groups(questions, raw),
        "wrong": False,
        "statement_text": texts.statement("suitability"),
    }
    if record is not None:
        result = assessments.result_of(record)
        context |= {"result": result, "needs": _needs_behind(draft, result)}
        context["mismatches"] = draft.mismatches(record)
    return context


def save_suitability(session: Session, draft: Draft, typed: Typed, language: str) -> str:
    """Assesses the answers given here, or takes the assessment shown as the basis: one click."""
    if typed.get("action") == "assess":
        return _assess(session, draft, typed, language)
    record = _latest(session, draft)
    read = read_suitability(session, draft, language)
    if record is None or not was_read(session, draft, "suitability", read, typed):
        return "suitability"
    confirm(session, draft, read)  # pressing the button is the statement
    fresh = service.set_suitability(draft, record)
    journal.answered(session, fresh, "suitability", {"assessment": record.ref})
    return fresh.after("suitability")


def read_suitability(session: Session, draft: Draft, language: str) -> Read:
    """The assessment, and what it says against this application."""
    record = _latest(session, draft)
    if record is None:
        return {}
    against = [item.text.in_language(language) for item in draft.mismatches(record)]
    return statements.one("suitability", [f"{record.ref} {record.result}", *against])


def show_own_will(session: Session, draft: Draft, language: str) -> Context:
    """Why we advise to stop, and the quote that would fit."""
    return {
        "mismatches": draft.open_mismatches,
        "fitting": _fitting_answers(draft),
        "statement_text": texts.statement("own-will"),
    }


def save_own_will(session: Session, draft: Draft, typed: Typed, language: str) -> str:
    """The customer goes on against our advice, having read exactly these reasons."""
    read = statements.own_will(session, draft, language)
    require_statements(session, draft, "own-will", read, typed)
    accepted = [item.key for item in draft.open_mismatches]
    fresh = service.set_party(draft, "own_will", accepted)
    journal.answered(session, fresh, "own-will", {"accepted": accepted})
    return fresh.after("own-will")


def _latest(session: Session, draft: Draft) -> SuitabilityRecord | None:
    return assessments.latest(session, draft.application.customer_id, remembered(), draft.now)


def _assess(session: Session, draft: Draft, typed: Typed, language: str) -> str:
    questions = questionnaire(short=True)
    raw = given(questions, typed)
    try:
        record = assessments.assess(session, raw, current_user.id, draft.now, short=True)
    except AnswersInvalid as invalid:
        context = {"groups": filled_groups(questions, raw, invalid.faults), "wrong": True}
        raise StepInvalid(summary(questions, invalid.faults), context) from invalid
    journal.answered(session, draft, "assessment", {"assessment": record.ref, "answers": raw})
    return "suitability"


def _needs_behind(draft: Draft, result: Result) -> list[NeedFound]:
    """The needs that the product is measured by; all of them where the rules name none."""
    fit = book().fit(draft.definition.category)
    return [need for need in result.needs if fit is None or fit.need == f"need_{need.code}"]


def _fitting_answers(draft: Draft) -> dict[str, Any]:
    """The answers of this application, changed to what the assessment recommends."""
    raw = quotes.raw_of(draft.application)
    if draft.application.suitability is None:
        return raw
    for line in assessments.result_of(draft.application.suitability).lines:
        for offer in line.offers:
            if offer.code == draft.definition.code:
                return {**raw, **offer.answers}
    return raw


STEPS: dict[str, Step] = {
    "suitability": Step(show_suitability, save_suitability, read=read_suitability),
    "own-will": Step(show_own_will, save_own_will, read=statements.own_will),
}
