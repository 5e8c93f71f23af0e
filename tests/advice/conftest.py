"""The catalogue as the analysis sees it, and somebody's answers."""

import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from storefront.advice import questions, rules
from storefront.advice.book import book
from storefront.advice.offers import Product
from storefront.advice.result import Result
from storefront.catalog.insurers import load_insurers
from storefront.catalog.loader import load_all
from tests.applications.conftest import catalogue  # noqa: F401 - fixtures

TODAY = date(2026, 11, 22)
CASES = tomllib.loads((Path(__file__).parent / "cases.toml").read_text(encoding="utf-8"))
BASE: dict[str, str] = CASES["base"]

Assess = Callable[..., Result]


@pytest.fixture(scope="session")
def products() -> list[Product]:
    """Everything that ships with the storefront."""
    insurers = load_insurers()
    return [
        Product(bundle, insurers[bundle.definition.insurer].short_name)
        for bundle in load_all().values()
    ]


@pytest.fixture(scope="session")
def assess(products: list[Product]) -> Assess:
    """The analysis of the base answers with some of them changed."""

    def assessed(**changes: str) -> Result:
        raw = {key: value for key, value in (BASE | changes).items() if value}
        answers = questions.parse(questions.questionnaire(), raw, TODAY)
        return rules.assess(book(), answers, products, TODAY)

    return assessed
