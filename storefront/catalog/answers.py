"""Answers of a quote: from the text a customer typed to typed values, and to JSON and back. Pure.

All faults are found at once. What a price needs beyond this, the rate basis judges (`pricing`).
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from storefront.catalog import members, occupations
from storefront.catalog.definition import AnswerField, ProductDefinition, all_hold
from storefront.catalog.facts import derive
from storefront.catalog.faults import AnswersInvalid, Fault

Typed = dict[str, object]

_INTEGER = re.compile(r"-?\d{1,12}")
_DECIMAL = re.compile(r"-?\d{1,12}(\.\d{1,8})?")
_BOOLEANS = {"true": True, "yes": True, "false": False, "no": False}
_THOUSANDS = str.maketrans("", "", ",\uff0c ")


def fields_for(definition: ProductDefinition) -> tuple[AnswerField, ...]:
    """The fields in the order in which they are asked."""
    return definition.answers


def names_of(definition: ProductDefinition) -> list[str]:
    """The names under which text is given: the keys, and `key.entry` for the amounts of a map."""
    return [
        name
        for field in definition.answers
        for name in ([f"{field.key}.{entry.key}" for entry in field.entries] or [field.key])
    ]


def parse(
    definition: ProductDefinition, raw: Mapping[str, str], today: date | None = None
) -> Typed:
    """Typed answers from text, or AnswersInvalid with every fault.

    A field that does not apply takes its `absent` value, or is left out. With `today`, the start of
    cover also has to lie in the window that the product sells.
    """
    first, others = members.split(definition, raw)
    answers, found = _parse_person(definition, first, today)
    people = [answers]
    for number, member in enumerate(others, 1):
        person, wrong = _parse_person(definition, member, today)
        people.append(person)
        found += members.blame(definition, number, wrong, found)
    if len(people) > max(1, definition.insured.max):
        found.append(Fault(members.MEMBERS, "too-many", {"at_most": definition.insured.max}))
    if found:
        raise AnswersInvalid(found)
    return members.together(definition, people)


def _parse_person(
    definition: ProductDefinition, raw: Mapping[str, str], today: date | None
) -> tuple[Typed, list[Fault]]:
    """The answers of one person together with those of the policy, and every fault of them."""
    values, faults = _read(definition, raw)
    facts = derive(definition, values)
    answers: Typed = {}
    for field in definition.answers:
        if all_hold(field.shown_when, facts):
            faults_here = faults.get(field.key, []) or _judge(field, values.get(field.key), facts)
        else:
            values[field.key], faults_here = None, []
        faults[field.key] = faults_here
        value = values.get(field.key)
        if value is None and field.absent is not None and not faults_here:
            value = convert(field, field.absent)
        if value not in (None, ""):
            answers[field.key] = value
    found = [fault for group in faults.values() for fault in group]
    found += _across(definition, answers, today, {fault.key for fault in found})
    return answers, found


def flatten(data: Mapping[str, Any]) -> dict[str, str]:
    """JSON answers as text by key; the amounts of a map become `key.entry`, a list `key.0.entry`."""
    raw: dict[str, str] = {}
    for key, value in data.items():
        if isinstance(value, Mapping):
            raw |= {f"{key}.{entry}": _as_text(amount) for entry, amount in value.items()}
        elif isinstance(value, list | tuple) and all(isinstance(item, Mapping) for item in value):
            for number, item in enumerate(value):
                raw |= {f"{key}.{number}.{name}": text for name, text in flatten(item).items()}
        elif value is not None:
            raw[key] = _as_text(value)
    return raw


def dump(answers: Mapping[str, object]) -> dict[str, Any]:
    """JSON-able form: dates and decimals become text."""
    return {
        key: dump(value)
        if isinstance(value, Mapping)
        else [dump(item) for item in value]
        if isinstance(value, list)
        else value.isoformat()
        if isinstance(value, date)
        else str(value)
        if isinstance(value, Decimal)
        else value
        for key, value in answers.items()
    }


def load(definition: ProductDefinition, data: Mapping[str, Any]) -> Typed:
    """Typed answers from what `dump` made; they were judged when they were given."""
    first, others = members.split(definition, flatten(data))
    people = []
    for raw in (first, *others):
        values, faults = _read(definition, raw)
        found = [fault for group in faults.values() for fault in group]
        if found:
            raise AnswersInvalid(found)
        people.append({f.key: values[f.key] for f in definition.answers if f.key in values})
    return members.together(definition, people)


def lenient(definition: ProductDefinition, raw: Mapping[str, str]) -> Typed:
    """What can be read of unfinished answers, for a form that shows fields by what is known so far."""
    values, _faults = _read(definition, members.split(definition, raw)[0])
    return values


def to_raw(answers: Mapping[str, object]) -> dict[str, str]:
    """The text that would be typed to give these answers, for filling a form again."""
    return flatten(dump(answers))


def example(definition: ProductDefinition, **changes: str) -> Typed:
    """The answers of the product's example, with some of them changed."""
    raw: dict[str, str] = {}
    for field in definition.answers:
        raw |= flatten({field.key: field.example})
    return parse(definition, raw | changes)


def _as_text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _read(
    definition: ProductDefinition, raw: Mapping[str, str]
) -> tuple[Typed, dict[str, list[Fault]]]:
    """Convert what was given; faults by key, unknown keys among them."""
    raw = occupations.fill(definition, raw)
    values: Typed = {}
    faults: dict[str, list[Fault]] = {}
    known: set[str] = set()
    for field in definition.answers:
        names = [f"{field.key}.{entry.key}" for entry in field.entries] or [field.key]
        known.update(names)
        given = {name: raw[name].strip() for name in names if raw.get(name, "").strip()}
        amounts: dict[str, object] = {}
        for name, text in given.items():
            value = convert(field, text)
            if value is None:
                fault = Fault(name, "wrong-type", {"expected": field.type, "value": text[:40]})
                faults.setdefault(field.key, []).append(fault)
            else:
                amounts[name] = value
        if field.type == "map":
            entries = {name.partition(".")[2]: value for name, value in amounts.items()}
            values |= {field.key: entries} if entries else {}
        else:
            values |= amounts
    for name in raw:
        if name not in known:
            faults.setdefault(name, []).append(Fault(name, "unknown-key"))
    return values, faults


def convert(field: AnswerField, text: str) -> object:
    """The typed value, or None where the text is not of the field's type."""
    return _CONVERTERS[field.type](text)


def _to_date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def to_int(text: str) -> int | None:
    """A whole number of up to 12 digits, also with separators of thousands; None for other text."""
    text = text.translate(_THOUSANDS)
    return int(text) if _INTEGER.fullmatch(text) else None


def _to_decimal(text: str) -> Decimal | None:
    text = text.translate(_THOUSANDS)
    return Decimal(text) if _DECIMAL.fullmatch(text) else None


_CONVERTERS: dict[str, Callable[[str], object]] = {
    "date": _to_date,
    "int": to_int,
    "money": _to_decimal,
    "ratio": _to_decimal,
    "map": _to_decimal,
    "choice": lambda text: text,
    "bool": lambda text: _BOOLEANS.get(text.lower()),
}


def _judge(field: AnswerField, value: object, facts: Mapping[str, object]) -> list[Fault]:
    """The faults of one field that is asked."""
    if value is None:
        optional = field.absent is not None and not (
            field.required_when and all_hold(field.required_when, facts)
        )
        return [] if optional else [Fault(field.key, "missing")]
    if field.lookup:
        known = str(value) in occupations.table()
        return [] if known else [Fault(field.key, "not-a-choice", {"value": str(value)[:40]})]
    if field.choices:
        return _judge_choice(field, value, facts)
    if isinstance(value, dict):
        faults = (_judge_number(field, f"{field.key}.{key}", v) for key, v in value.items())
        return [fault for fault in faults if fault]
    fault = _judge_number(field, field.key, value)
    return [fault] if fault else []


def faults_alone(field: AnswerField, value: object) -> list[Fault]:
    """The faults of a value whatever the other answers are."""
    return _judge(field, value, {})


def _judge_choice(field: AnswerField, value: object, facts: Mapping[str, object]) -> list[Fault]:
    chosen = [choice for choice in field.choices if convert(field, choice.value) == value]
    if not chosen:
        return [Fault(field.key, "not-a-choice", {"value": str(value)[:40]})]
    conditions = [condition for choice in chosen for condition in choice.when]
    undecided = any(condition.key not in facts for condition in conditions)
    if undecided or any(all_hold(choice.when, facts) for choice in chosen):
        return []
    return [Fault(field.key, "not-available", {"value": str(value)}, chosen[0].label)]


def _judge_number(field: AnswerField, key: str, value: object) -> Fault | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    if (field.min is not None and value < field.min) or (
        field.max is not None and value > field.max
    ):
        return Fault(key, "out-of-range", {"at_least": field.min, "at_most": field.max})
    if field.step is not None and (value - (field.min or 0)) % field.step:
        return Fault(key, "off-step", {"step": field.step})
    return None


def _across(
    definition: ProductDefinition, answers: Typed, today: date | None, blamed: set[str]
) -> list[Fault]:
    """The faults between answers; an answer already at fault is not blamed twice."""
    facts = derive(definition, answers)
    found = [
        Fault(check.key, "check-failed", {}, check.message)
        for check in definition.checks
        if all_hold(check.when, facts)
    ]
    found += _age_fault(definition, facts)
    if today is not None:
        found += _start_fault(definition, answers, today)
    return [fault for fault in found if fault.key not in blamed]


def _age_fault(definition: ProductDefinition, facts: Mapping[str, object]) -> list[Fault]:
    age, birth = facts.get("age"), facts.get("birth_date")
    at_least, at_most = definition.insured.age_min or 0, definition.insured.age_max
    if not isinstance(birth, date) or definition.start.key not in facts:
        return []
    if isinstance(age, int) and at_least <= age <= (at_most if at_most is not None else age):
        return []
    params = {"age": age, "at_least": at_least, "at_most": at_most}
    return [Fault("birth_date", "age-out-of-range" if age is not None else "not-born", params)]


def _start_fault(definition: ProductDefinition, answers: Typed, today: date) -> list[Fault]:
    start, window = answers.get(definition.start.key or ""), definition.start
    if not isinstance(start, date):
        return []
    first = today + timedelta(days=window.earliest_days)
    last = today + timedelta(days=window.latest_days)
    if first <= start <= last:
        return []
    code = "start-too-early" if start < first else "start-too-late"
    return [Fault(window.key or "", code, {"first": first, "last": last})]
