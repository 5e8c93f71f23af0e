"""What else fits: a need in common, and no refusal for the same thing under another question."""

import pytest

from storefront.catalog.loader import load_all
from storefront.underwriting.alternatives import alternatives

PRODUCTS = {code: bundle.definition for code, bundle in load_all().items()}


def codes(refused: str, rule: str) -> list[str]:
    found = alternatives(PRODUCTS[refused], [rule], list(PRODUCTS.values()))
    return [definition.code for definition in found]


@pytest.mark.parametrize(
    ("refused", "rule", "expected"),
    [
        # Critical illness asks about tumours in another question, and declines for them too.
        ("term-life", "tumour", ["accident-year"]),
        ("term-life", "insulin", ["accident-year"]),
        ("critical-illness", "serious", ["accident-year"]),
        ("critical-illness", "nodule-advice", ["accident-year", "medical-year", "term-life"]),
        ("medical-year", "planned-treatment", ["critical-illness"]),
        ("motor-compulsory", "no-rule", []),
    ],
)
def test_alternatives(refused: str, rule: str, expected: list[str]) -> None:
    assert sorted(codes(refused, rule)) == expected


def test_who_does_not_ask_comes_first() -> None:
    # Term life would look at blood pressure as well, accident cover does not.
    assert codes("critical-illness", "nodule-advice")[-1:] != []
    assert codes("term-life", "dangerous-work") == ["critical-illness", "accident-year"]
