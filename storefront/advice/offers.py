"""From a need to the answers of a quote: what a product is offered with, and at which premium. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from itertools import product as combinations

from storefront.advice.book import Line
from storefront.advice.calculation import number
from storefront.advice.result import Offer
from storefront.catalog import answers as catalog_answers
from storefront.catalog import pricing
from storefront.catalog.bundle import ProductBundle
from storefront.catalog.definition import AnswerField, Text
from storefront.catalog.faults import AnswersInvalid

Facts = Mapping[str, object]


@dataclass(frozen=True)
class Product:
    """A product on sale and the name of its insurer."""

    bundle: ProductBundle
    insurer: Text


def fit(line: Line, item: Product, facts: Facts, today: date) -> Offer | None:
    """The product with answers that meet the need as closely as it allows; None where it cannot.

    Answers that nobody gave stay open, and with them the premium. The first day of cover serves the
    price only: by the time the offer is read it may have passed.
    """
    definition = item.bundle.definition
    first_day = today + timedelta(days=definition.start.earliest_days)
    wanted = {key: facts[fact] for key, fact in line.prefill.items() if fact in facts}
    if definition.start.key:
        wanted[definition.start.key] = first_day
    fields = [
        field for field in definition.answers if field.key in wanted or field.key in line.fixed
    ]
    candidates = [
        [line.fixed[field.key]]
        if field.key in line.fixed
        else _candidates(field, wanted[field.key])
        for field in fields
    ]
    for values in combinations(*candidates):
        raw = dict(zip((field.key for field in fields), values, strict=True))
        premium, possible = _price(item.bundle, raw, today)
        if possible:
            raw.pop(definition.start.key or "", None)
            return _offer(line, item, raw, premium)
    return None


def lower(line: Line, item: Product, facts: Facts, today: date, most: Decimal) -> Offer | None:
    """The product with the largest sum insured whose premium is within `most`; None where none is."""
    need = line.prefill.get(line.sum or "")
    definition = item.bundle.definition
    if need is None or line.sum is None or not definition.asks(line.sum):
        return None
    field = definition.field(line.sum)
    step, least = field.step or Decimal(1), field.min or Decimal(0)
    low, high, found = 0, int((_within(field, number(facts, need)) - least) / step), None
    while low <= high:
        middle = (low + high) // 2
        offer = fit(line, item, {**facts, need: least + middle * step}, today)
        if offer and offer.premium is not None and offer.premium <= most:
            low, found = middle + 1, offer
        else:
            high = middle - 1
    return found


def _candidates(field: AnswerField, value: object) -> list[str]:
    """Answers that come close to a value, the closest that suffices first."""
    raw = catalog_answers.to_raw({field.key: value})[field.key]
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return [raw]
    if not field.choices:
        return [f"{_within(field, Decimal(value)):f}"]
    choices = sorted(field.choices, key=lambda choice: Decimal(choice.value))
    enough = [choice.value for choice in choices if Decimal(choice.value) >= value]
    return enough + [choice.value for choice in reversed(choices) if choice.value not in enough]


def _within(field: AnswerField, value: Decimal) -> Decimal:
    """The next value that the field accepts, upwards, within its range."""
    least = field.min or Decimal(0)
    step = field.step or Decimal(1)
    steps = ((value - least) / step).to_integral_value(ROUND_CEILING)
    value = max(least, least + steps * step)
    return value if field.max is None else min(value, field.max)


def _price(
    bundle: ProductBundle, raw: Mapping[str, str], today: date
) -> tuple[Decimal | None, bool]:
    """The premium, None while answers are missing; and whether the answers are possible at all."""
    try:
        typed = catalog_answers.parse(bundle.definition, raw, today)
        return pricing.price(bundle, typed).total, True
    except AnswersInvalid as invalid:
        return None, all(fault.code == "missing" for fault in invalid.faults)


def _offer(line: Line, item: Product, raw: dict[str, str], premium: Decimal | None) -> Offer:
    definition = item.bundle.definition
    return Offer(
        code=definition.code,
        version=definition.version,
        name=definition.marketing_name,
        insurer=item.insurer,
        illustrative=definition.illustrative,
        answers=raw,
        amount=Decimal(raw[line.sum]) if line.sum in raw else None,
        premium=premium,
    )
