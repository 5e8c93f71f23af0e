"""The health declaration: specific questions with follow-ups, none of them ever assumed (S-03). Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from storefront.applications.parties import is_printable
from storefront.catalog.definition import FollowUp, ProductDefinition, Question

LONGEST_TEXT = 300
Asked = Question | FollowUp


def read(
    definition: ProductDefinition, raw: Mapping[str, str], person: int
) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """Answers of one person from the form, and (field, slug) for each that is missing or wrong."""
    return read_answers(definition.questions, raw, field_name(person, ""))


def read_answers(
    questions: Sequence[Question], raw: Mapping[str, str], prefix: str = ""
) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """Answers to some questions, and (field, slug) for each that is missing or wrong.

    A follow-up is asked only where its question was answered with yes.
    """
    answers: dict[str, Any] = {}
    faults: list[tuple[str, str]] = []
    for question in questions:
        answer = _read_one(question, raw, prefix, answers, faults)
        if answer is True:
            for follow_up in question.follow_ups:
                _read_one(follow_up, raw, prefix, answers, faults)
    return answers, faults


def field_name(person: int, code: str) -> str:
    """Name of a question's field for one insured person."""
    return f"p{person}.{code}"


def as_text(value: Any) -> str:
    """A stored answer as the form sends it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def typed(definition: ProductDefinition, answers: Mapping[str, Any]) -> dict[str, object]:
    """Stored answers as underwriting compares them: numbers as Decimal, dates as date."""
    return typed_answers(definition.questions, answers)


def typed_answers(questions: Sequence[Question], answers: Mapping[str, Any]) -> dict[str, object]:
    """Stored answers to some questions: numbers as Decimal, dates as date."""
    kinds = {asked.code: asked.type for asked in all_asked(questions)}
    return {code: _typed(kinds.get(code, "text"), value) for code, value in answers.items()}


def everything_asked(definition: ProductDefinition) -> Iterator[Asked]:
    """All questions of the health declaration, each followed by its follow-ups."""
    yield from all_asked(definition.questions)


def all_asked(questions: Sequence[Question]) -> Iterator[Asked]:
    """Some questions, each followed by its follow-ups."""
    for question in questions:
        yield question
        yield from question.follow_ups


def _read_one(
    asked: Asked,
    raw: Mapping[str, str],
    prefix: str,
    answers: dict[str, Any],
    faults: list[tuple[str, str]],
) -> Any:
    name = prefix + asked.code
    text = raw.get(name, "").strip()
    value, slug = _parse(asked, text) if text else (None, "unanswered")
    if slug:
        faults.append((name, slug))
    else:
        answers[asked.code] = value
    return value


def _parse(asked: Asked, text: str) -> tuple[Any, str | None]:
    if asked.type == "yes-no":
        known = {"yes": True, "no": False}
        return (known[text], None) if text in known else (None, "unanswered")
    if asked.type == "number":
        return _parse_number(asked, text)
    if asked.type == "date":
        try:
            return date.fromisoformat(text).isoformat(), None
        except ValueError:
            return None, "not-a-date"
    if len(text) > LONGEST_TEXT:
        return None, "too-long"
    return (text, None) if is_printable(text) else (None, "unprintable")


def _parse_number(asked: Asked, text: str) -> tuple[str | None, str | None]:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None, "not-a-number"
    if not number.is_finite() or (asked.min is not None and number < asked.min):
        return None, "number-out-of-range"
    if asked.max is not None and number > asked.max:
        return None, "number-out-of-range"
    return str(number), None


def _typed(kind: str, value: Any) -> object:
    if kind == "number":
        return Decimal(value)
    if kind == "date":
        return date.fromisoformat(value)
    return value
