"""The worked examples of the products, priced through the catalogue."""

from decimal import Decimal

import pytest

from storefront.catalog import answers, pricing
from storefront.catalog.bundle import ProductBundle
from storefront.catalog.faults import AnswersInvalid
from storefront.catalog.loader import load_all

EXAMPLES = [
    ("term-life", {}, "132.09"),
    ("term-life", {"sex": "F"}, "50.52"),
    ("travel-accident", {}, "16.34"),
    ("motor-compulsory", {}, "665.00"),
    ("critical-illness", {}, "2913.21"),
    ("accident-year", {}, "205.45"),
    ("medical-year", {}, "266.00"),
    ("cyber-sme", {}, "10483.20"),
    ("employers-liability", {}, "10200.00"),
]


@pytest.fixture(scope="module")
def bundles() -> dict[str, ProductBundle]:
    return load_all()


@pytest.mark.parametrize(("code", "changes", "total"), EXAMPLES)
def test_worked_examples(
    bundles: dict[str, ProductBundle], code: str, changes: dict[str, str], total: str
) -> None:
    bundle = bundles[code]
    priced = pricing.price(bundle, answers.example(bundle.definition, **changes))
    assert priced.total == Decimal(total)
    assert sum(line.amount for line in priced.lines) == priced.total
    assert all(line.name.en != line.code for line in priced.lines)


def test_several_people_pay_the_rounded_price_of_one_each(travel: ProductBundle) -> None:
    priced = pricing.price(travel, answers.example(travel.definition), insured_count=3)
    assert priced.total == Decimal("49.02")
    assert sum(line.amount for line in priced.lines) == priced.total


def test_what_rating_refuses_is_a_fault_of_the_answers(term_life: ProductBundle) -> None:
    typed = answers.example(term_life.definition) | {"sum_insured": Decimal(1)}
    with pytest.raises(AnswersInvalid) as refused:
        pricing.price(term_life, typed)
    assert [fault.key for fault in refused.value.faults] == ["sum_insured"]
