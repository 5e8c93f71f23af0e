"""Contracts to draw from: for each age and sex and product one, priced once, with blanks for the words.

A million policies then cost a million texts to fill in and encrypt, and no computation of prices.
"""

import json
import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from storefront import clock, crypto
from storefront.applications import rules as application_rules
from storefront.applications.models import Application
from storefront.catalog import answers as catalog_answers
from storefront.catalog import pricing
from storefront.catalog.bundle import ProductBundle
from storefront.catalog.definition import ClaimType
from storefront.catalog.faults import AnswersInvalid
from storefront.demo.people import Somebody
from storefront.policies import contract
from storefront.quotes.service import lines_json
from storefront.search import index

DAYS_BACK = 540
_APPLICATION, _PAYMENT = "{application}", "{payment}"


@dataclass(frozen=True)
class Person:
    """Somebody with what rows hold of them: encrypted and hashed once, ready for COPY."""

    somebody: Somebody
    name: str
    mobile: str
    id_number: str
    id_hash: str
    tokens: frozenset[int]
    reporter: str


@dataclass(frozen=True)
class Sample:
    """A contract that many policies share; `parties` and `content` have blanks for the words."""

    product: str
    version: int
    insurer: str
    premium: Decimal
    answers: str
    lines: str
    parties: str
    content: str
    start_at: datetime
    end_at: datetime
    sold_on: date
    retain_until: date
    claim_type: ClaimType
    company: bool
    vehicle: bool

    def parties_of(self, who: Person) -> str:
        """The parties of an application of somebody, encrypted."""
        return crypto.encrypt_text(who.somebody.words.fill(self.parties))

    def content_of(self, who: Person, application: str, payment: str) -> str:
        """The contract of somebody, encrypted; with the references of what led to it."""
        text = who.somebody.words.fill(self.content)
        return crypto.encrypt_text(
            text.replace(_APPLICATION, application).replace(_PAYMENT, payment)
        )

    def tokens(self, who: Person) -> frozenset[int]:
        """Under which tokens an application of somebody is found."""
        words, more = who.somebody.words, set()
        if self.company:
            more |= index.rules.person_parts({"name": words.company, "uscc": words.uscc})
        if self.vehicle:
            more |= index.rules.object_parts({"plate": words.plate})
        return who.tokens | {index.token_of(part) for part in more}


def person(one: Somebody) -> Person:
    """A person ready to be written."""
    words = one.words
    parts = {"name": words.name, "mobile": words.mobile, "id_number": words.id_number}
    reporter = {**parts, "email": words.email, "role": "policyholder", "phone": words.mobile}
    return Person(
        somebody=one,
        name=crypto.encrypt_json(words.name),
        mobile=crypto.encrypt_json(words.mobile),
        id_number=crypto.encrypt_json(words.id_number),
        id_hash=crypto.lookup_hash("id-number", words.id_number),
        tokens=frozenset(index.token_of(part) for part in index.rules.person_parts(parts)),
        reporter=crypto.encrypt_json(reporter),
    )


def sample(bundle: ProductBundle, one: Somebody, rng: random.Random, today: date) -> Sample | None:
    """The contract of somebody for a product; None where the product cannot insure them."""
    definition = bundle.definition
    sold_on = today - timedelta(days=rng.randrange(DAYS_BACK))
    start = sold_on + timedelta(days=max(definition.start.earliest_days, 1))
    changes = {definition.start.key: start.isoformat()} if definition.start.key else {}
    if definition.asks("birth_date"):
        changes["birth_date"] = one.birth_date.isoformat()
    if definition.asks("sex"):
        changes["sex"] = one.sex
    try:
        typed = catalog_answers.example(definition, **changes)
        priced = pricing.price(bundle, typed)
    except AnswersInvalid:
        return None
    parties = _parties(bundle, one)
    application = Application(
        ref=_APPLICATION,
        product_code=definition.code,
        product_version=definition.version,
        premium=priced.total,
        currency="CNY",
        lines=lines_json(priced),
        person_premiums=[],
        answers=catalog_answers.dump(typed),
        parties=parties,
        start_date=start,
        decision={"outcome": "standard", "findings": []},
    )
    start_at, end_at = application_rules.period(definition, typed, start)
    period = contract.Period(start_at, end_at, shifted=False)
    content = contract.content(application, definition, period, _PAYMENT)
    return Sample(
        product=definition.code,
        version=definition.version,
        insurer=definition.insurer,
        premium=priced.total,
        answers=escaped(application.answers),
        lines=escaped(application.lines),
        parties=json.dumps(parties, ensure_ascii=False),
        content=json.dumps(content, ensure_ascii=False),
        start_at=start_at,
        end_at=end_at,
        sold_on=sold_on,
        retain_until=clock.add_years(clock.local_date(end_at), 10),
        claim_type=definition.claim_types[0],
        company=not definition.policyholder.person,
        vehicle=definition.line == "motor",
    )


def escaped(value: Any) -> str:
    """A JSON value as COPY takes it."""
    return json.dumps(value, ensure_ascii=False).replace("\\", "\\\\")


def _parties(bundle: ProductBundle, one: Somebody) -> dict[str, Any]:
    definition = bundle.definition
    holder = one.holder() if definition.policyholder.person else one.company()
    insured = [one.party(relation="self")] if definition.insured.max else []
    vehicle = {"plate": one.words.plate, "vin": "", "engine_number": ""}
    return {
        "policyholder": holder,
        "insured": insured,
        "beneficiaries": {"kind": "statutory", "named": []},
        "object": vehicle if definition.line == "motor" else {},
        "persons": 1,
    }
