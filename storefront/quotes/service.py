"""Use cases of quotes: price a set of answers, keep it, find it again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.catalog import answers as catalog_answers
from storefront.catalog import members, messages, pricing
from storefront.catalog.bundle import ProductBundle
from storefront.catalog.faults import AnswersInvalid, Fault
from storefront.catalog.pricing import Priced
from storefront.channel import DIRECT
from storefront.crypto import is_reference, new_reference
from storefront.errors import NotFound
from storefront.quotes import rules
from storefront.quotes.models import Quote

MOST_TEXT = 200  # longest answer kept of an unfinished quote


class HasAnswers(Protocol):
    """A quote, or what was made from one."""

    answers: Any


class HasLines(Protocol):
    """Whatever keeps premium lines as `lines_json` makes them."""

    lines: Any


@dataclass(frozen=True)
class Assessment:
    """What the answers given so far lead to: a price, or the faults that stand against one."""

    raw: Mapping[str, str]
    persons: int
    answers: Mapping[str, object] | None
    priced: Priced | None
    faults: tuple[Fault, ...]


def assess(
    bundle: ProductBundle, raw: Mapping[str, str], persons_text: str, now: datetime
) -> Assessment:
    """Prices what was typed. Never raises for what a customer typed: faults are part of the answer."""
    persons, faults = _persons(bundle, raw, persons_text)
    try:
        answers = catalog_answers.parse(bundle.definition, raw, clock.local_date(now))
        priced = pricing.price(bundle, answers, persons)
    except AnswersInvalid as invalid:
        return Assessment(raw, persons, None, None, (*invalid.faults, *faults))
    if faults:
        return Assessment(raw, persons, answers, None, faults)
    return Assessment(raw, persons, answers, priced, ())


def explain(
    bundle: ProductBundle,
    previous_raw: Mapping[str, str],
    previous_persons: str,
    now: Assessment,
    at: datetime,
) -> rules.Change | None:
    """Why the premium differs from that of the answers shown before; None where nothing differs."""
    before = assess(bundle, previous_raw, previous_persons, at)
    if before.priced is None or now.priced is None or before.answers is None or now.answers is None:
        return None
    return rules.explain(
        bundle.definition,
        (before.answers, before.persons, before.priced.total),
        (now.answers, now.persons, now.priced.total),
    )


def keep(
    session: Session,
    bundle: ProductBundle,
    assessment: Assessment,
    customer_id: int | None,
    now: datetime,
    *,
    channel: str = DIRECT,
) -> Quote:
    """Stores a quote under a reference of its own: priced, or as a draft where answers are missing."""
    priced = assessment.priced
    quote = Quote(
        ref=new_reference("Q"),
        product_code=bundle.definition.code,
        product_version=bundle.definition.version,
        answers=(
            catalog_answers.dump(assessment.answers)
            if priced and assessment.answers is not None
            else _unfinished(bundle, assessment.raw)
        ),
        persons=assessment.persons,
        premium=priced.total if priced else None,
        unrounded=priced.unrounded if priced else None,
        lines=lines_json(priced) if priced else [],
        state="priced" if priced else "draft",
        channel=channel,
        customer_id=customer_id,
        created_at=now,
        expires_at=now + rules.VALID_FOR,
    )
    session.add(quote)
    session.flush()
    return quote


def get(session: Session, ref: str) -> Quote:
    """The quote of a reference. Raises NotFound."""
    quote = None
    if is_reference(ref, "Q"):
        quote = session.scalar(select(Quote).where(Quote.ref == ref))
    if quote is None:
        raise NotFound
    return quote


def raw_of(quote: HasAnswers) -> dict[str, str]:
    """The answers of a quote as text, to fill the form again."""
    return catalog_answers.flatten(quote.answers)


def lines_of(kept: HasLines) -> list[dict[str, Any]]:
    """Stored premium lines with their amounts as numbers again."""
    return [{**line, "amount": Decimal(line["amount"])} for line in kept.lines]


def lines_json(priced: Priced) -> list[dict[str, Any]]:
    """Premium lines as they are stored with quotes, applications and policies."""
    return [
        {"code": line.code, "name": line.name.model_dump(), "amount": str(line.amount)}
        for line in priced.lines
    ]


def premium_of(quote: Quote) -> Decimal:
    """The premium of a priced quote, yuan."""
    if quote.premium is None:
        raise ValueError(f"quote {quote.ref} has no price")
    return quote.premium


def _unfinished(bundle: ProductBundle, raw: Mapping[str, str]) -> dict[str, str]:
    """Only the product's own keys, so that a draft can never hold a name."""
    definition = bundle.definition
    keys = {field.key for field in definition.answers}
    return {
        name: value[:MOST_TEXT]
        for name, value in raw.items()
        if (name.partition(".")[0] in keys and value)
        or (members.person_of(name)[0] and members.is_own(definition, name))
    }


def _persons(
    bundle: ProductBundle, raw: Mapping[str, str], text: str
) -> tuple[int, tuple[Fault, ...]]:
    insured = bundle.definition.insured
    if insured.pricing != "each":
        return members.count_raw(bundle.definition, raw), ()
    most = insured.max
    if not text.strip():
        return 1, (Fault("persons", "missing"),)
    count = catalog_answers.to_int(text.strip())
    if count is None or not 1 <= count <= most:
        return 1, (
            Fault("persons", "out-of-range", {"at_least": max(insured.min, 1), "at_most": most}),
        )
    return count, ()


def answer_rows(bundle: ProductBundle, kept: HasAnswers) -> list[tuple[str, str]]:
    """(label, value) of every answer, in the present language, for reading."""
    typed = catalog_answers.load(bundle.definition, kept.answers)
    if members.count(typed) == 1:
        return _rows(bundle, typed)
    own = members.own_keys(bundle.definition)
    rows = _rows(bundle, {key: value for key, value in typed.items() if key not in own})
    for number, person in enumerate(members.each(bundle.definition, typed), 1):
        rows += [
            (_("%(label)s (person %(number)s)", label=label, number=number), value)
            for label, value in _rows(bundle, {key: person[key] for key in own if key in person})
        ]
    return rows


def _rows(bundle: ProductBundle, typed: Mapping[str, object]) -> list[tuple[str, str]]:
    return [
        (
            messages.label_of(bundle.definition, field.key),
            messages.shown_value(field, typed[field.key]),
        )
        for field in bundle.definition.answers
        if field.key in typed
    ]
