"""Whether an application fits its assessment (N-02)."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from storefront.advice import suitability
from storefront.advice.book import book
from storefront.catalog import answers
from storefront.catalog.loader import load_all
from tests.advice.conftest import Assess

PRODUCTS = load_all()
Codes = Callable[..., list[str]]


@pytest.fixture
def codes(assess: Assess) -> Codes:
    """The mismatches of a term life application of somebody whose family needs 840,000 for 10 years."""

    def found(code: str = "term-life", premium: str = "500", **changes: str) -> list[str]:
        situation = {key[2:]: changes.pop(key) for key in list(changes) if key.startswith("a_")}
        definition = PRODUCTS[code].definition
        given = {"sum_insured": "840000", "term_years": "10", "pay_years": "10"} | changes
        typed = answers.example(definition, **given)
        mismatches = suitability.mismatches(
            book(), assess(**situation), definition, typed, Decimal(premium)
        )
        return [item.key.partition(":")[0] for item in mismatches]

    return found


def test_what_was_recommended_fits(codes: Codes) -> None:
    assert codes() == []


@pytest.mark.rule("N-02")
@pytest.mark.parametrize(
    ("sum_insured", "expected"), [("1260000", []), ("1270000", ["sum-above-need"])]
)
def test_a_sum_far_above_the_need(codes: Codes, sum_insured: str, expected: list[str]) -> None:
    assert codes(sum_insured=sum_insured) == expected


@pytest.mark.rule("N-02")
@pytest.mark.parametrize(
    ("premium", "expected"), [("12000", []), ("12000.01", ["premium-above-means"])]
)
def test_a_premium_above_the_means(codes: Codes, premium: str, expected: list[str]) -> None:
    assert codes(premium=premium) == expected


@pytest.mark.rule("N-02")
@pytest.mark.parametrize(
    ("years", "term", "expected"),
    [
        ("10", "10", []),
        ("10", "15", ["term-beyond-need"]),
        ("12", "15", []),
        ("40", "30", []),
    ],
)
def test_a_term_beyond_the_need(codes: Codes, years: str, term: str, expected: list[str]) -> None:
    assert codes(a_years=years, term_years=term) == expected


@pytest.mark.rule("N-02")
def test_no_need_at_all(codes: Codes) -> None:
    assert "no-need" in codes(a_savings="5000000")


def test_the_smallest_sum_on_sale_is_never_too_much_for_a_need(codes: Codes) -> None:
    assert codes(a_savings="830000", sum_insured="50000") == []


def test_another_figure_is_another_mismatch(assess: Assess) -> None:
    definition = PRODUCTS["term-life"].definition
    keys = {
        suitability.mismatches(
            book(), assess(), definition, answers.example(definition, sum_insured=amount), None
        )[0].key
        for amount in ("2000000", "3000000")
    }
    assert len(keys) == 2
