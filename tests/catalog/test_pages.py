"""Pages of the catalogue in both languages; the client checks each page it opens."""

import re
from decimal import Decimal
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront.catalog import finder
from storefront.catalog.bundle import ProductBundle
from storefront.catalog.chart import chart_of
from storefront.catalog.examples import table_of
from storefront.catalog.loader import load_all, product_folders

CODES = [folder.name for folder in product_folders()]
PERSON = "birth_date=1996-06-15&sex=M&start_date=2026-12-01"
COVER = "sum_insured=100000&term_years=20&pay_years=20"


@pytest.fixture(scope="module")
def bundles() -> dict[str, ProductBundle]:
    return load_all()


def in_english(client: FlaskClient) -> FlaskClient:
    client.set_cookie("language", "en")
    return client


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


@pytest.mark.parametrize("path", ["/products/", "/compare", "/insurers/yunshan"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_page_opens(client: FlaskClient, path: str, language: str) -> None:
    client.set_cookie("language", language)
    assert client.get(path).status_code == 200


@pytest.mark.rule("P-01")
@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_product_page_names_product_insurer_and_agency(
    client: FlaskClient,
    app: Flask,
    bundles: dict[str, ProductBundle],
    code: str,
    language: str,
) -> None:
    client.set_cookie("language", language)
    page = words(client.get(f"/products/{code}").text)
    definition = bundles[code].definition
    settings = app.extensions["settings"]
    agency = settings.operator_name_en if language == "en" else settings.operator_name_zh
    for expected in (
        definition.marketing_name.in_language(language),
        definition.clause_name.in_language(language),
        definition.filing_number,
        agency,
    ):
        assert expected in page
    assert ("Insurance product" if language == "en" else "保险产品") in page


@pytest.mark.rule("P-02")
@pytest.mark.parametrize("code", CODES)
def test_what_must_be_conspicuous_stands_apart(
    client: FlaskClient, bundles: dict[str, ProductBundle], code: str
) -> None:
    page = in_english(client).get(f"/products/{code}").text
    notice = unescape(page[page.index('class="notice"') : page.index("</section>")])
    highlights = bundles[code].definition.highlights
    for name in type(highlights).model_fields:
        if text := getattr(highlights, name):
            assert text.en in notice


def test_premium_examples_are_priced_like_a_quote(client: FlaskClient) -> None:
    page = client.get("/products/term-life").text
    assert "¥132.09" in page
    assert "¥50.52" in page
    assert '<svg class="chart"' in page
    assert '<svg class="chart"' not in client.get("/products/motor-compulsory").text


def test_clauses_carry_their_sections(client: FlaskClient) -> None:
    page = client.get("/products/term-life/clauses?version=2").text
    assert 'id="exclusions"' in page
    assert 'href="#exclusions"' in page


@pytest.mark.parametrize(
    "path",
    [
        "/products/no-such-product",
        "/products/no-such-product/clauses",
        "/products/term-life/clauses?version=99",
        "/compare?code=no-such-product",
        "/insurers/nobody",
    ],
)
def test_unknown_things_are_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("line=travel", {"travel-accident"}),
        ("need=vehicle", {"motor-compulsory"}),
        ("term=long&age=58", {"term-life"}),
        ("term=long&need=serious-illness", {"critical-illness"}),
        ("q=房贷 家人", {"term-life"}),
        ("q=定期寿险产品", {"term-life"}),
        ("q=员工 医疗", {"employers-liability"}),
        ("budget=100", {"term-life", "travel-accident", "accident-year"}),
        ("q=spaceship", set()),
    ],
)
def test_products_are_found(client: FlaskClient, query: str, expected: set[str]) -> None:
    page = client.get(f"/products/?{query}").text
    found = set(re.findall(r'card-heading h3"><a href="/products/([a-z-]+)"', page))
    assert found == expected


@pytest.mark.parametrize("name", ["age", "budget"])
def test_a_condition_that_makes_no_sense_is_told_at_its_field(
    client: FlaskClient, name: str
) -> None:
    page = client.get(f"/products/?{name}=old&q=x").text
    assert f'id="{name}-error"' in page
    assert 'value="old"' in page


def test_budget_limits_by_the_lowest_example(term_life: ProductBundle) -> None:
    lowest = table_of(term_life).lowest
    assert lowest is not None
    assert finder.find([term_life], finder.Wish(budget=lowest)) == [term_life]
    assert finder.find([term_life], finder.Wish(budget=lowest - Decimal("0.01"))) == []


def test_the_chart_rises_with_age_inside_its_box(term_life: ProductBundle) -> None:
    chart = chart_of(term_life.definition, table_of(term_life))
    assert chart is not None
    for curve in chart.curves:
        heights = [y for _, y in curve.dots]
        assert heights == sorted(heights, reverse=True)
        assert all(0 < y <= chart.bottom for y in heights)


@pytest.mark.rule("P-03")
def test_comparison_shows_cover_and_exclusions_before_the_premium(client: FlaskClient) -> None:
    page = in_english(client).get(
        f"/compare?code=term-life&code=travel-accident&{PERSON}&{COVER}"
        "&days=7&death=200000&disability=200000"
    )
    text = words(page.text)
    order = [text.index(w) for w in ("not covered", "What is not covered", "Premium for this")]
    assert order == sorted(order)
    assert "¥132.09" in text
    assert "¥10.40" in text
    assert "differs" in text
    assert "best" not in text.lower().split()


def test_answers_entered_once_apply_to_all_variants(client: FlaskClient) -> None:
    page = in_english(client).get(
        f"/compare?code=term-life&code=term-life&{PERSON}"
        "&c1.sum_insured=100000&c1.term_years=20&c1.pay_years=20"
        "&c2.sum_insured=200000&c2.term_years=20&c2.pay_years=20"
    )
    assert "¥132.09" in page.text
    assert "¥264.18" in page.text


def test_what_cannot_be_priced_says_why(client: FlaskClient) -> None:
    page = in_english(client).get("/compare?code=term-life&birth_date=1950-01-01&sex=M").text
    assert "Please answer “Sum insured”." in page
