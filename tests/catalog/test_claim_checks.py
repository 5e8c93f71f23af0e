"""The claims part of a definition: what it names has to be there, in the clauses too."""

import re

import pytest

from storefront.catalog import claim_checks
from storefront.catalog.bundle import ProductBundle
from storefront.catalog.loader import PRODUCTS, load_all
from tests.catalog.conftest import Alter
from tests.catalog.test_loader import messages

NUMERALS = "\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d"  # yi to jiu
TEN = "\u5341"  # shi
CHINESE_ARTICLE = re.compile(f"\\*\\*\u7b2c([{NUMERALS}{TEN}]+)\u6761")  # di ... tiao


def number_of(numeral: str) -> int:
    """A Chinese numeral up to 99."""
    tens, ten, ones = numeral.rpartition(TEN) if TEN in numeral else ("", "", numeral)
    value = (NUMERALS.index(tens) + 1 if tens else 1) * 10 if ten else 0
    return value + (NUMERALS.index(ones) + 1 if ones else 0)


@pytest.mark.parametrize(
    "code", sorted(path.parent.name for path in PRODUCTS.glob("*/product.toml"))
)
def test_both_languages_have_the_same_articles(code: str) -> None:
    clauses = load_all()[code].clauses
    chinese = [number_of(found) for found in CHINESE_ARTICLE.findall(clauses["zh"])]
    english = [int(n) for n in claim_checks.articles_in(clauses["en"]) if "." not in n]

    assert chinese == sorted(english) == list(range(1, len(chinese) + 1))


@pytest.mark.parametrize(
    ("code", "old", "new", "message"),
    [
        ("travel-accident", "days_max = 90", "days_max = 0", "days_max: Input should be greater"),
        ("travel-accident", "days_max = 90", "most = 90", "most: Extra inputs"),
        ("travel-accident", 'less = ["disability"]', 'less = ["x"]', "no cover is called x"),
        ("travel-accident", 'benefit = "5"', 'benefit = "95"', "have no article 95"),
        ("travel-accident", 'clause = "6.6"', 'clause = "6.7"', "have no article 6.7"),
        ("critical-illness", '"illnesses", ends', '"ailments", ends', "ailments is missing"),
        ("critical-illness", '"illnesses", ends', '"diagnosis-2010", ends', "has no column code"),
        ("employers-liability", '"local-wages"', '"wages"', "the table wages is missing"),
        (
            "employers-liability",
            '["per_event_multiple"]',
            '["multiple"]',
            "answer is called multiple",
        ),
        ("cyber-business", 'months = "bi_months"', 'months = "bi_years"', "called bi_years"),
        ("cyber-sme", 'code = "patches"', 'code = "offline-backup"', "occurs 2 times"),
        ("accident-year", ', amount = { key = "sum_insured" }', "", "together need an amount"),
    ],
)
def test_what_points_nowhere_is_a_fault(
    altered: Alter, code: str, old: str, new: str, message: str
) -> None:
    assert message in messages(altered(code, (old, new)))


def test_a_version_from_before_claims_were_computed_is_in_order(travel: ProductBundle) -> None:
    before = travel.definition.model_copy(update={"claims": None})

    assert list(claim_checks.faults(before, travel.clauses, travel.tables)) == []


def test_what_later_versions_added_does_not_change_an_older_hash(travel: ProductBundle) -> None:
    before = travel.definition.model_copy(update={"claims": None})

    assert '"claims"' not in before.model_dump_json()
