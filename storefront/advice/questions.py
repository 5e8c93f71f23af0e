"""The questions of the needs analysis and their answers: from what was typed to typed values. Pure."""

import tomllib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from storefront.catalog.answers import convert, faults_alone
from storefront.catalog.definition import AnswerField, Part, Text, all_hold
from storefront.catalog.faults import AnswersInvalid, Fault
from storefront.clock import age_on

QUESTIONS = Path(__file__).parent / "needs.toml"
OLDEST = 120

Answers = dict[str, object]


class Group(Part):
    """One question to the reader, with one or more answers."""

    code: str
    title: Text
    suitability: bool = False
    fields: tuple[AnswerField, ...]


class Questionnaire(Part):
    """Groups of questions. `answers` gives the fields as a product definition does."""

    groups: tuple[Group, ...]

    @property
    def answers(self) -> tuple[AnswerField, ...]:
        return tuple(field for group in self.groups for field in group.fields)


@cache
def questionnaire(short: bool = False) -> Questionnaire:
    """All questions, or the few that an application asks where no assessment exists (N-01)."""
    data = tomllib.loads(QUESTIONS.read_text(encoding="utf-8"), parse_float=Decimal)
    whole = Questionnaire.model_validate(data)
    if not short:
        return whole
    return Questionnaire(groups=tuple(group for group in whole.groups if group.suitability))


def given(questions: Questionnaire, source: Mapping[str, str]) -> dict[str, str]:
    """What was typed for these questions, of a form or a stored record."""
    keys = (field.key for field in questions.answers)
    return {key: source[key].strip() for key in keys if source.get(key, "").strip()}


def lenient(questions: Questionnaire, raw: Mapping[str, str]) -> Answers:
    """What can be read of unfinished answers, as far as the questions are asked at all."""
    answers: Answers = {}
    for field in questions.answers:
        text = raw.get(field.key, "")
        value = convert(field, text) if text else None
        if value is not None and all_hold(field.shown_when, answers):
            answers[field.key] = value
    return answers


def parse(questions: Questionnaire, raw: Mapping[str, str], today: date) -> Answers:
    """Typed answers. Raises AnswersInvalid with every fault; what is not asked is left out."""
    answers: Answers = {}
    found: list[Fault] = []
    for field in questions.answers:
        if not all_hold(field.shown_when, answers):
            continue
        text = raw.get(field.key) or field.absent or ""
        value = convert(field, text) if text else None
        if text and value is None:
            found.append(Fault(field.key, "wrong-type", {"expected": field.type}))
            continue
        found += faults_alone(field, value)
        if value is not None:
            answers[field.key] = value
    found += _birth_fault(answers, today)
    if found:
        raise AnswersInvalid(found)
    return answers


def _birth_fault(answers: Answers, today: date) -> list[Fault]:
    birth = answers.get("birth_date")
    if isinstance(birth, date) and not 0 <= age_on(birth, today) <= OLDEST:
        return [Fault("birth_date", "not-possible")]
    return []
