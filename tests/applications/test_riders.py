"""Riders are taken or left, and nothing is taken by itself (S-01)."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from storefront import clock
from storefront.catalog import answers as catalog_answers
from storefront.catalog import pricing
from storefront.catalog.definition import ProductDefinition
from storefront.catalog.loader import load_all
from storefront.policies import contract
from tests.applications.conftest import stored
from tests.plans import PLANS
from tests.visitor import Visitor

PRODUCTS = load_all()
TODAY = date(2026, 11, 20)
WITH_RIDERS = {
    code: sorted(cover.limit.key for cover in bundle.definition.covers if cover.kind == "rider")
    for code, bundle in PRODUCTS.items()
    if any(cover.kind == "rider" for cover in bundle.definition.covers)
}


def typed(definition: ProductDefinition, **changes: str) -> dict[str, object]:
    """The example's answers as a customer would type them, with some left empty."""
    start = {"start_date": str(TODAY + timedelta(days=10))} if definition.start.key else {}
    example = catalog_answers.example(definition, **start)
    raw = catalog_answers.flatten(catalog_answers.dump(example)) | changes
    return dict(catalog_answers.parse(definition, raw, TODAY))


@pytest.mark.rule("S-01")
@pytest.mark.parametrize("code", sorted(WITH_RIDERS))
def test_a_rider_left_empty_is_not_taken_and_not_paid(code: str) -> None:
    bundle = PRODUCTS[code]
    left_empty = {str(key): "" for key in WITH_RIDERS[code]}
    without = pricing.price(bundle, typed(bundle.definition, **left_empty), 1)
    riders = {cover.code for cover in bundle.definition.covers if cover.kind == "rider"}
    assert without.total > 0
    assert all(line.amount == 0 for line in without.lines if line.code in riders | set(left_empty))


@pytest.mark.rule("S-01")
def test_a_rider_is_taken_by_its_amount_alone(session: Session, buyer: Visitor) -> None:
    today = clock.local_date(clock.now())
    code, answers, _plan = PLANS["travel-accident"](today)
    page = buyer.get(f"/quote/{code}")
    assert 'name="medical"' in page.text
    for amount, taken in (("12000", True), ("", False)):
        _code, _answers, plan = PLANS["travel-accident"](today)  # for another child
        ref = buyer.apply(code, {**answers, "medical": amount}, plan)
        application = stored(ref)
        assert application.state == "accepted", buyer.problems()
        now = clock.now()
        content = contract.content(
            application, PRODUCTS[code].definition, contract.Period(now, now, False), "P0"
        )
        riders = [cover["code"] for cover in content["covers"] if cover["kind"] == "rider"]
        assert bool(riders) is taken
