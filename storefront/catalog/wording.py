"""Product facts in words of the present language: lines, limits, terms, ages. For templates."""

import math
import time
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Literal

from flask import Flask
from flask_babel import gettext as _

from storefront.catalog import occupations, shelf
from storefront.catalog.definition import Amount, AnswerField, ProductDefinition, Text
from storefront.catalog.facts import amount_of
from storefront.db import db
from storefront.extensions import current_language


class NamesOf(Mapping[str, str]):
    """What products or insurers are called in the present language, by code, on sale or not.

    Kept for an hour, so that a page with many rows asks the database nothing; a code that is new is
    looked up at once.
    """

    def __init__(self, kind: Literal["products", "insurers"]) -> None:
        self.kind = kind
        self.read_at = -math.inf
        self.names: Mapping[str, Text] = {}

    def __getitem__(self, code: str) -> str:
        return self._names(code)[code].in_language(current_language())

    def __iter__(self) -> Iterator[str]:
        return iter(self._names())

    def __len__(self) -> int:
        return len(self._names())

    def _names(self, wanted: str | None = None) -> Mapping[str, Text]:
        old = time.monotonic() - self.read_at > KEPT_SECONDS
        if old or (wanted is not None and wanted not in self.names):
            self.names = getattr(shelf.names(db.session), self.kind)
            self.read_at = time.monotonic()
        return self.names


KEPT_SECONDS = 3600
PRODUCT_NAMES, INSURER_NAMES = NamesOf("products"), NamesOf("insurers")


def init_app(app: Flask) -> None:
    """Offers the functions to templates."""
    app.jinja_env.globals.update(
        line_name=line_name,
        product_names=PRODUCT_NAMES,
        insurer_names=INSURER_NAMES,
        amount_words=amount_words,
        term_words=term_words,
        age_words=age_words,
        amount_of=amount_of,
        payment_words=payment_words,
        value_words=value_words,
    )
    app.jinja_env.filters["yuan"] = yuan


def yuan(amount: Decimal) -> str:
    """An amount as limits are written: no fen where there are none."""
    return f"¥{amount:,.0f}" if amount == amount.to_integral_value() else f"¥{amount:,.2f}"


def line_name(line: str) -> str:
    """The name of a product line."""
    return {
        "life": _("Life insurance"),
        "health": _("Health insurance"),
        "accident": _("Accident insurance"),
        "travel": _("Travel insurance"),
        "motor": _("Motor insurance"),
        "cyber": _("Cyber insurance"),
        "liability": _("Liability insurance"),
    }[line]


def amount_words(
    definition: ProductDefinition, amount: Amount, answers: Mapping[str, object] | None = None
) -> str:
    """A limit or deductible: the amount where it is known, else what can be chosen."""
    known = amount_of(amount, answers or {})
    remark = amount.text.in_language(current_language()) if amount.text else ""
    if known is not None:
        words = yuan(known)
    elif amount.key:
        words = _range_words(definition.field(amount.key))
    else:
        return remark
    return _("%(amount)s (%(remark)s)", amount=words, remark=remark) if remark else words


def term_words(definition: ProductDefinition, answers: Mapping[str, object] | None = None) -> str:
    """How long cover lasts: as chosen, or what can be chosen."""
    term = definition.term
    value = term.fixed if term.fixed is not None else (answers or {}).get(term.key or "")
    if value is not None:
        return _term_of(term.kind, str(value))
    field = definition.field(term.key or "")
    if field.choices:
        return _term_of(term.kind, " / ".join(choice.value for choice in field.choices))
    return _term_of(term.kind, f"{field.min} – {field.max}")


def age_words(definition: ProductDefinition) -> str:
    """The ages at which a person can be insured on the first day of cover."""
    low, high = definition.insured.age_min or 0, definition.insured.age_max
    if not definition.insured.max:
        return _("The policyholder is the insured")
    if high is None:
        return _("%(low)s years or older", low=low)
    return _("%(low)s to %(high)s years", low=low, high=high)


def payment_words(definition: ProductDefinition) -> str:
    """How the premium is paid."""
    return {
        "single": _("In one sum before cover begins"),
        "annual": _("Once a year, the same amount every year"),
        "instalments": _("In one sum, or by instalments"),
    }[definition.payment.frequency]


def value_words(field: AnswerField, value: object) -> str:
    """An answer as people read it."""
    language = current_language()
    if name := occupations.name_of(field, value):
        return name.in_language(language)
    for choice in field.choices:
        if choice.value == str(value):
            return choice.label.in_language(language)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    words = yuan(value) if field.type == "money" and isinstance(value, Decimal) else str(value)
    unit = field.unit.in_language(language) if field.unit and field.type == "int" else ""
    return f"{words} {unit}".strip()


def _range_words(field: AnswerField) -> str:
    if field.choices:
        values = [Decimal(choice.value) for choice in field.choices]
        return _("%(low)s to %(high)s", low=yuan(min(values)), high=yuan(max(values)))
    if field.max is not None:
        low = field.min or Decimal(0)
        return _("%(low)s to %(high)s", low=yuan(low), high=yuan(field.max))
    return _("as you choose")


def _term_of(kind: str, value: str) -> str:
    return {
        "years": _("%(number)s years", number=value) if value != "1" else _("1 year"),
        "days": _("%(number)s days", number=value),
        "to-age": _("to the age of %(number)s", number=value),
    }[kind]
