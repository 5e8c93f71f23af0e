"""Underwriting rules that are refused before anybody meets them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from storefront.catalog.definition import FollowUp, Text
from storefront.catalog.definition.underwriting import Underwriting
from storefront.catalog.loader import CatalogInvalid, load_product

Altered = Callable[..., Path]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("params = { percent = 50 }, topics", "topics", "loaded needs percent or per_mille"),
        ("params = { months = 6 }", "params = { percent = 5 }", "postponed needs months or after"),
        ("params = { months = 6 }", "params = { percent = 5 }", "postponed has no percent"),
        ('exclusion = "dangerous-sport"', 'exclusion = "sport"', "no exclusion is called sport"),
        ('code = "liver-disease"', 'code = "dangerous-sport"', "dangerous-sport occurs 2 times"),
        ("\ncap = {", "\n# cap = {", "loadings need a cap"),
        ("[insured]\nmin = 1\nmax = 1", "[insured]\nmin = 1\nmax = 6", "each insured person"),
        ('frequency = "annual"', 'frequency = "single"', "per_mille a year needs"),
        ("percent = 50", "percent = 0", "greater than 0"),
        ("percent = 50", "per_cent = 50", "Extra inputs are not permitted"),
    ],
)
def test_terms_that_are_refused(altered: Altered, old: str, new: str, message: str) -> None:
    with pytest.raises(CatalogInvalid) as refused:
        load_product(altered("term-life", (old, new)))
    assert message in str(refused.value)


def test_an_exclusion_needs_both_languages(altered: Altered) -> None:
    with pytest.raises(CatalogInvalid, match=r"text\.en"):
        load_product(altered("accident-year", (', en = "Accidents during work', ', ex = "')))


def test_what_was_added_later_leaves_the_stored_form_of_old_versions_alone() -> None:
    assert Underwriting().model_dump_json() == '{"rules":[]}'
    asked = FollowUp(code="since", text=Text(zh="since", en="since"), type="date")
    assert "help" not in asked.model_dump()
