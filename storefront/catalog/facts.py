"""Facts that follow from typed answers: ages, the length of cover, amounts of covers. Pure."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from storefront.catalog.definition import Amount, ProductDefinition
from storefront.clock import add_years, age_on

Answers = Mapping[str, object]
ACCUMULATED = "accumulated."
ACCUMULATED_HERE = "accumulated-here."
"""How facts begin that say what a person is insured for: over all products, and under this one."""


def derive(definition: ProductDefinition, answers: Answers) -> dict[str, object]:
    """The answers together with what follows from them: `age`, `age_at_end`, `term_days`.

    The amounts of a map also stand by themselves, as `key.entry`.
    """
    facts = dict(answers)
    for key, value in answers.items():
        if isinstance(value, Mapping):
            facts |= {f"{key}.{entry}": amount for entry, amount in value.items()}
    start, birth = answers.get(definition.start.key or ""), answers.get("birth_date")
    if isinstance(start, date) and isinstance(birth, date) and birth <= start:
        facts["age"] = age = age_on(birth, start)
        years = years_of_cover(definition, facts)
        if years is not None:
            facts["age_at_end"] = age + years
    if definition.term.kind == "days" and (days := _term_value(definition, answers)) is not None:
        facts["term_days"] = days
    return facts


def with_declared(
    definition: ProductDefinition, answers: Answers, declared: Answers
) -> dict[str, object]:
    """Facts for underwriting: answers, what follows from them, and the health declaration.

    `declared` maps question and follow-up codes to typed answers; from `height-cm` and `weight-kg`
    follows `bmi`.
    """
    facts = derive(definition, answers) | dict(declared)
    height, weight = declared.get("height-cm"), declared.get("weight-kg")
    if isinstance(height, int | Decimal) and isinstance(weight, int | Decimal) and height:
        facts["bmi"] = Decimal(weight) / (Decimal(height) / 100) ** 2
    return facts


def years_of_cover(definition: ProductDefinition, facts: Answers) -> int | None:
    """Whole years of cover; None for a term in days or while an answer is missing."""
    value = _term_value(definition, facts)
    if value is None or definition.term.kind == "days":
        return None
    if definition.term.kind == "years":
        return value
    age = facts.get("age")
    return value - age if isinstance(age, int) else None


def last_day(definition: ProductDefinition, answers: Answers, start: date) -> date:
    """The last day of a cover that begins on `start`; it ends with that day."""
    facts = derive(definition, answers)
    if definition.term.kind == "days":
        return start + timedelta(days=_known(_term_value(definition, facts)) - 1)
    return add_years(start, _known(years_of_cover(definition, facts))) - timedelta(days=1)


def years_of_premium(definition: ProductDefinition, answers: Answers) -> int:
    """For how many years a premium is due; one for a single premium."""
    value = answers.get(definition.payment.years_key or "")
    return value if isinstance(value, int) else 1


def amount_of(amount: Amount, answers: Answers) -> Decimal | None:
    """A limit or deductible in yuan; None where it is words only, or the answer is not there."""
    if amount.fixed is not None:
        return amount.fixed
    value = answers.get(amount.key or "")
    if isinstance(value, Mapping):
        value = value.get(amount.entry or "")
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    factor = answers.get(amount.factor, 1) if amount.factor else 1
    return Decimal(value) * Decimal(str(factor))


def _term_value(definition: ProductDefinition, answers: Answers) -> int | None:
    term = definition.term
    value = term.fixed if term.fixed is not None else answers.get(term.key or "")
    return int(value) if isinstance(value, int | Decimal) else None


def _known(value: int | None) -> int:
    if value is None:
        raise ValueError("the answers do not say how long cover lasts")
    return value
