"""What is wrong with answers, said in a sentence to the person who gave them."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Protocol

from flask_babel import gettext as _

from storefront.catalog import members, occupations
from storefront.catalog.definition import AnswerField, Text
from storefront.catalog.faults import Fault
from storefront.extensions import current_language


class Asks(Protocol):
    """Whatever asks for answers: a product definition, or the needs analysis."""

    @property
    def answers(self) -> tuple[AnswerField, ...]:
        """The fields in the order in which they are asked."""


def sentence(definition: Asks, fault: Fault) -> str:
    """One polite sentence in the present language that names the answer and what to do."""
    number, key = members.person_of(fault.key)
    if number:
        plain = Fault(key, fault.code, fault.params, fault.message)
        return _(
            "Insured person %(number)s: %(sentence)s",
            number=number + 1,
            sentence=sentence(definition, plain),
        )
    if fault.code == "check-failed" and fault.message:
        return _in_language(fault.message)
    values = {key: _shown(value) for key, value in fault.params.items()}
    label = label_of(definition, fault.key)
    known = _SENTENCES.get(fault.code)
    if known is None:
        return _("Please check “%(label)s”.", label=label)
    return known(label, values, fault)


def label_of(definition: Asks, key: str) -> str:
    """The label of an answer, of one amount of a map, or the key itself where nothing has it."""
    name, _dot, entry = key.partition(".")
    for field in definition.answers:
        if field.key == name:
            labels = [field.label, *(e.label for e in field.entries if e.key == entry)]
            return " – ".join(map(_in_language, labels))
    return key


def shown_value(field: AnswerField, value: object) -> str:
    """An answer as people read it: the label of a choice, amounts with separators and unit."""
    if name := occupations.name_of(field, value):
        return _in_language(name)
    for choice in field.choices:
        if choice.value == str(value) or choice.value == str(value).lower():
            return _in_language(choice.label)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, Mapping):
        labels = {entry.key: _in_language(entry.label) for entry in field.entries}
        return ", ".join(f"{labels[key]} {_shown(amount)}" for key, amount in value.items())
    unit = f" {_in_language(field.unit)}" if field.unit else ""
    return _shown(value) + unit


def _in_language(text: Text) -> str:
    return text.in_language(current_language())


def _shown(value: object) -> str:
    """A parameter as people read it; amounts with separators and without needless zeros."""
    if isinstance(value, Decimal):
        whole = value == value.to_integral_value()
        return f"{value:,.0f}" if whole else f"{value.normalize():,f}"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)


def _range(label: str, values: Mapping[str, str], _fault: Fault) -> str:
    low, high = values.get("at_least", ""), values.get("at_most", "")
    if low and high:
        return _(
            "“%(label)s” has to be between %(low)s and %(high)s.", label=label, low=low, high=high
        )
    if low:
        return _("“%(label)s” has to be %(low)s or more.", label=label, low=low)
    return _("“%(label)s” has to be %(high)s or less.", label=label, high=high)


def _age(label: str, values: Mapping[str, str], _fault: Fault) -> str:
    low, high = values.get("at_least", "0"), values.get("at_most", "")
    if not high:
        return _(
            "The insured person has to be %(low)s or older on the first day of cover.", low=low
        )
    return _(
        "The insured person has to be between %(low)s and %(high)s on the first day of cover.",
        low=low,
        high=high,
    )


def _wrong_type(label: str, values: Mapping[str, str], _fault: Fault) -> str:
    sentences = {
        "date": _("“%(label)s” has to be a date, for example 2026-12-01.", label=label),
        "int": _("“%(label)s” has to be a whole number.", label=label),
        "bool": _("Please answer “%(label)s” with yes or no.", label=label),
    }
    return sentences.get(
        values.get("expected", ""), _("“%(label)s” has to be a number.", label=label)
    )


def _unavailable(label: str, values: Mapping[str, str], fault: Fault) -> str:
    shown = _in_language(fault.message) if fault.message else values.get("value", "")
    return _(
        "“%(choice)s” under “%(label)s” does not go with your other answers.",
        choice=shown,
        label=label,
    )


_SENTENCES: dict[str, Callable[[str, Mapping[str, str], Fault], str]] = {
    "missing": lambda label, v, f: _("Please answer “%(label)s”.", label=label),
    "wrong-type": _wrong_type,
    "out-of-range": _range,
    "off-step": lambda label, v, f: _(
        "“%(label)s” goes in steps of %(step)s.", label=label, step=v["step"]
    ),
    "not-a-choice": lambda label, v, f: _(
        "Please choose one of the listed values under “%(label)s”.", label=label
    ),
    "not-a-listed-value": lambda label, v, f: _(
        "Please choose one of the listed values under “%(label)s”.", label=label
    ),
    "not-available": _unavailable,
    "wrong-number-of-cells": lambda label, v, f: _(
        "The row has %(cells)s cells instead of %(expected)s.",
        cells=v["cells"],
        expected=v["expected"],
    ),
    "unknown-key": lambda label, v, f: _("This product does not ask for “%(label)s”.", label=label),
    "age-out-of-range": _age,
    "age-not-rated": lambda label, v, f: _(
        "There is no premium for this age; please contact us about it."
    ),
    "not-born": lambda label, v, f: _(
        "The birth date of the insured person has to be before the first day of cover."
    ),
    "start-too-early": lambda label, v, f: _(
        "“%(label)s” can be %(first)s at the earliest.", label=label, first=v["first"]
    ),
    "start-too-late": lambda label, v, f: _(
        "“%(label)s” can be %(last)s at the latest.", label=label, last=v["last"]
    ),
    "cover-ends-too-late": lambda label, v, f: _(
        "Cover would end after the age of %(age)s; please choose a shorter term.",
        age=v["latest_end_age"],
    ),
    "pays-longer-than-cover": lambda label, v, f: _(
        "Premiums cannot be paid for longer than the %(years)s years of cover.", years=v["years"]
    ),
    "too-many": lambda label, v, f: _(
        "At most %(most)s people can be insured on one policy.", most=v["at_most"]
    ),
    "no-cover-chosen": lambda label, v, f: _("Please choose an amount for at least one cover."),
    "premium-out-of-range": lambda label, v, f: _(
        "This amount is too large to be insured; please contact us about it."
    ),
}
