"""Product facts in words of the present language: lines, limits, terms, ages. For templates."""

from collections.abc import Mapping
from decimal import Decimal
from typing import cast

from flask import Flask, g
from flask_babel import gettext as _

from storefront.catalog import occupations, shelf
from storefront.catalog.definition import Amount, AnswerField, ProductDefinition
from storefront.catalog.facts import amount_of
from storefront.db import db
from storefront.extensions import current_language


def init_app(app: Flask) -> None:
    """Offers the functions to templates."""
    app.jinja_env.globals.update(
        line_name=line_name,
        product_name=product_name,
        insurer_name=insurer_name,
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


def product_name(code: str) -> str:
    """What a product is called, on sale or not."""
    return _names().products[code].in_language(current_language())


def insurer_name(code: str) -> str:
    """The short name of an insurer."""
    return _names().insurers[code].in_language(current_language())


def _names() -> shelf.Names:
    if "catalog_names" not in g:  # one question to the database for a page with many rows
        g.catalog_names = shelf.names(db.session)
    return cast(shelf.Names, g.catalog_names)


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
