"""What of a real product's contract is printed, and what the insurer is sent."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from storefront.applications.models import Application
from storefront.catalog import answers as catalog_answers
from storefront.catalog import pricing
from storefront.catalog.bundle import ProductBundle
from storefront.catalog.insurers import load_insurers
from storefront.catalog.loader import PRODUCTS, load_product
from storefront.policies import contract, printing
from storefront.policies.document.schedule import Schedule
from storefront.policies.models import Policy
from storefront.quotes.service import lines_json
from tests.people import COMPANY, HOLDER, SPOUSE
from tests.policies.support import parties

PERIOD = contract.Period(
    datetime(2026, 11, 30, 16, tzinfo=UTC), datetime(2027, 11, 30, 16, tzinfo=UTC), shifted=False
)


@pytest.fixture
def context(app: Flask) -> Iterator[Flask]:
    with app.app_context():
        yield app


def content_of(bundle: ProductBundle, **changes: Any) -> dict[str, Any]:
    definition = bundle.definition
    start = {"start_date": "2026-12-01"} if definition.start.key else {}
    answers = catalog_answers.example(definition, **start, **changes.pop("answers", {}))
    people = parties(definition.code)
    priced = pricing.price(bundle, answers, max(1, len(people["insured"])))
    values = {
        "ref": "A0",
        "product_code": definition.code,
        "product_version": definition.version,
        "answers": catalog_answers.dump(answers),
        "parties": people,
        "premium": priced.total,
        "currency": "CNY",
        "lines": lines_json(priced),
        "decision": {"outcome": "standard", "findings": []},
        "start_date": date(2026, 12, 1),
    }
    return contract.content(Application(**(values | changes)), definition, PERIOD, "P0")


def printed(app: Flask, code: str, language: str = "en", **changes: Any) -> Schedule:
    bundle = load_product(PRODUCTS / code)
    policy = Policy(number="X1", issued_at=PERIOD.start_at, verify_code="V0", language=language)
    return printing.schedule(
        policy,
        content_of(bundle, **changes),
        bundle,
        load_insurers()[bundle.definition.insurer],
        app.extensions["settings"],
        language=language,
    )


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("code", ["travel-accident", "term-life", "motor-compulsory"])
def test_the_printed_lines_add_up_to_the_premium(context: Flask, code: str, language: str) -> None:
    schedule = printed(context, code, language)
    assert sum(amount for _, amount in schedule.premium_lines) == schedule.premium
    assert all(cover.limit for cover in schedule.covers)


def test_a_rider_that_was_not_taken_is_not_printed(context: Flask) -> None:
    with_rider = printed(context, "travel-accident")
    without = printed(context, "travel-accident", answers={"medical": "0"})
    assert {cover.name for cover in with_rider.covers} - {
        cover.name for cover in without.covers
    } == {"Accident medical expenses"}


def test_identity_numbers_are_masked_and_names_are_not(context: Flask) -> None:
    schedule = printed(context, "term-life")
    everybody = (schedule.policyholder, *schedule.insured, *schedule.beneficiaries)
    assert {person.name for person in everybody} == {HOLDER.name, SPOUSE.name}
    assert not {HOLDER.id_number, SPOUSE.id_number} & {person.id_number for person in everybody}


def test_a_life_policy_lists_the_cash_values_its_clauses_speak_of(context: Flask) -> None:
    values = printed(context, "term-life").cash_values
    assert len(values) == 20
    assert values[4] == Decimal("40.37")  # end of year 5, worked example
    assert values[-1] == 0


def test_the_vehicle_is_printed_with_its_labels(context: Flask) -> None:
    fields = dict(printed(context, "motor-compulsory").object_fields)
    assert fields["Plate number"] == "A12345"
    assert fields["Vehicle identification number (VIN)"] == "LSVAA4182E2123450"
    particulars = dict(printed(context, "motor-compulsory").particulars)
    assert particulars["Class of vehicle"] == "Private car, under 6 seats"


def test_terms_that_underwriting_added_are_printed(context: Flask) -> None:
    text = {"zh": "-", "en": "The left knee is not covered."}
    terms = {"person": 0, "percent": "0", "per_mille": "0"}
    excluded = {**terms, "exclusions": [{"code": "knee", "text": text}]}
    decision = {"outcome": "excluded", "findings": [], "terms": [excluded]}
    schedule = printed(context, "travel-accident", decision=decision)
    assert schedule.special_terms[-1] == f"{HOLDER.name}: {text['en']}"
    open_case = {
        **decision,
        "outcome": "refer",
    }  # what the rules would ask for, and nobody agreed to
    schedule = printed(context, "travel-accident", decision=open_case)
    assert not any(text["en"] in term for term in schedule.special_terms)


def test_a_company_is_printed_with_its_code_in_full(context: Flask) -> None:
    people = parties("motor-compulsory") | {"policyholder": COMPANY.party()}
    holder = printed(context, "motor-compulsory", parties=people).policyholder
    assert holder.company
    assert holder.id_number == COMPANY.uscc
    assert (holder.legal_representative, holder.contact) == ("示例丁", HOLDER.name)
    assert HOLDER.mobile not in str(holder)
    assert HOLDER.id_number not in str(holder)
    assert holder.birth_date is None


def test_the_insurer_gets_the_same_request_every_time() -> None:
    content = content_of(load_product(PRODUCTS / "term-life"))
    request = contract.insurer_request(content)
    assert request == contract.insurer_request(content)
    assert request["application_ref"] == "A0"
    assert request["premium"] == content["premium"]
    assert request["beneficiaries"]["kind"] == "named"
    assert [cover["code"] for cover in request["covers"]] == ["death"]
