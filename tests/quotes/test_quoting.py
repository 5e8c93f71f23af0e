"""Quotes through HTTP: the price of every product, its lines, what cannot be sold, and what is kept."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from storefront import clock
from storefront.catalog import answers as catalog_answers
from storefront.catalog.loader import load_all
from storefront.quotes.models import Quote
from tests.catalog.test_pricing import EXAMPLES
from tests.visitor import Visitor

PRODUCTS = load_all()
PREMIUM = re.compile(r'id="premium">\D?([\d,.]+)<')
ON_THE_DAY_OF_THE_EXAMPLES = "2026-11-20T09:00:00+08:00"
TERM_LIFE = {
    "birth_date": "1996-06-15",
    "sex": "M",
    "start_date": "2026-12-01",
    "sum_insured": "100000",
    "term_years": "20",
    "pay_years": "20",
}


def premium_on(page: str) -> str | None:
    found = PREMIUM.search(unescape(page))
    return found[1].replace(",", "") if found else None


@pytest.mark.parametrize(("code", "changes", "premium"), EXAMPLES)
def test_every_worked_example_over_http(
    app: Flask, visitor: Visitor, code: str, changes: dict[str, str], premium: str
) -> None:
    example = catalog_answers.example(PRODUCTS[code].definition, **changes)
    with time_machine.travel(ON_THE_DAY_OF_THE_EXAMPLES, tick=False):
        visitor.get(f"/quote/{code}")
        raw = {**catalog_answers.to_raw(example), "persons": "1"}
        assert premium_on(visitor.post(f"/quote/{code}/price", raw).text) == premium
        visitor.get(f"/quote/{code}")
        visitor.post(f"/quote/{code}", {**raw, "action": "keep"})
        assert f"{float(premium):,.2f}" in visitor.page.text


@pytest.fixture
def shopper(app: Flask, visitor: Visitor) -> Iterator[Visitor]:
    with time_machine.travel(ON_THE_DAY_OF_THE_EXAMPLES, tick=False):
        visitor.get("/quote/term-life")
        yield visitor


def test_lines_add_up_and_a_change_is_explained(shopper: Visitor) -> None:
    before = {f"before.{key}": value for key, value in TERM_LIFE.items()}
    page = shopper.post("/quote/term-life/price", {**TERM_LIFE, **before, "sum_insured": "200000"})
    assert premium_on(page.text) == "264.18"
    change = re.search(r'id="price-change">(.*?)</p>', page.text, re.S)
    assert change
    assert "132.09" in change[1]
    assert "\u4fdd\u9669\u91d1\u989d" in change[1]


def test_what_cannot_be_sold_says_which_answer_and_why(shopper: Visitor) -> None:
    page = shopper.post("/quote/term-life/price", {**TERM_LIFE, "birth_date": "1960-01-01"})
    assert premium_on(page.text) is None
    assert 'href="#field-birth_date"' in page.text
    kept = shopper.post("/quote/term-life", {**TERM_LIFE, "sum_insured": "12345", "action": "keep"})
    assert kept.status_code == 422
    assert 'href="#field-sum_insured"' in kept.text
    assert 'value="12345"' in kept.text


def test_fields_appear_when_their_condition_holds(shopper: Visitor) -> None:
    page = shopper.post("/quote/travel-accident/price", {"medical": "10000"})
    assert 'id="answer-medical_deductible" hx-swap-oob="true"' in page.text
    again = shopper.post(
        "/quote/travel-accident/price", {"medical": "10000", "visible": "medical_deductible"}
    )
    assert 'id="answer-medical_deductible"' not in again.text


def test_a_kept_quote_is_shared_and_holds_no_names(session: Session, shopper: Visitor) -> None:
    ref = shopper.quote("term-life", {**TERM_LIFE, "name": "\u793a\u4f8b", "id_number": "990000"})
    quote = session.scalars(select(Quote).where(Quote.ref == ref)).one()
    assert set(quote.answers) == set(TERM_LIFE)
    assert (quote.state, str(quote.premium)) == ("priced", "132.09")
    shopper.http.cookies.clear()
    assert "132.09" in shopper.get(f"/quotes/{ref}").text


def test_an_unfinished_quote_is_resumed(session: Session, shopper: Visitor) -> None:
    shopper.post("/quote/term-life", {"birth_date": "1996-06-15", "action": "later"})
    ref = session.scalars(select(Quote.ref)).one()
    page = shopper.get(f"/quotes/{ref}")
    assert 'value="1996-06-15"' in page.text


def test_a_quote_expires_after_30_days(session: Session, shopper: Visitor) -> None:
    ref = shopper.quote("term-life", TERM_LIFE)
    with time_machine.travel(clock.now() + timedelta(days=30), tick=False):
        page = shopper.get(f"/quotes/{ref}")
        assert 'id="apply"' not in page.text
        assert "alert-warning" in page.text


@pytest.mark.parametrize("path", ["/quote/no-such", "/quotes/Q0000000000000", "/quotes/x"])
def test_unknown_addresses_are_not_found(shopper: Visitor, path: str) -> None:
    assert shopper.get(path).status_code == 404


def test_the_quote_is_in_the_evidence(session: Session, shopper: Visitor) -> None:
    ref = shopper.quote("term-life", TERM_LIFE)
    kinds = session.execute(
        text("select kind from evidence_record where chain = :ref order by id"), {"ref": ref}
    )
    assert [row.kind for row in kinds] == ["quote", "page:quote"]


FAMILY = {
    "persons": "2",
    "birth_date": "1996-06-15",
    "social_insurance": "true",
    "members.0.birth_date": "2018-09-09",
    "members.0.social_insurance": "true",
    "start_date": "2026-12-01",
    "deductible": "10000",
}


def test_family_members_are_added_and_removed_without_javascript(shopper: Visitor) -> None:
    one = {**FAMILY, "persons": "1", "action": "add-person"}
    shopper.get("/quote/medical-year")
    page = shopper.post("/quote/medical-year", one)
    assert page.status_code == 200
    assert 'name="persons" value="2"' in page.text
    assert 'id="field-members-0-birth_date"' in page.text
    assert 'value="1996-06-15"' in page.text
    page = shopper.post("/quote/medical-year", {**FAMILY, "action": "remove-person:0"})
    assert 'name="persons" value="1"' in page.text
    assert 'value="2018-09-09"' in page.text


def test_nobody_is_added_beyond_six(shopper: Visitor) -> None:
    full = {f"members.{n}.birth_date": "2010-01-01" for n in range(5)}
    page = shopper.post(
        "/quote/medical-year", {**FAMILY, **full, "persons": "6", "action": "add-person"}
    )
    assert 'name="persons" value="6"' in page.text
    assert 'id="add-person"' not in page.text


def test_a_family_quote_says_what_each_pays_and_is_taken_up_again(
    session: Session, shopper: Visitor
) -> None:
    ref = shopper.quote("medical-year", FAMILY)
    quote = session.scalars(select(Quote).where(Quote.ref == ref)).one()
    assert quote.persons == 2
    assert quote.answers["members"] == [{"birth_date": "2018-09-09", "social_insurance": True}]
    page = shopper.get(f"/quote/medical-year?quote={ref}")
    assert 'id="price-persons"' in page.text
    assert 'name="persons" value="2"' in page.text


def test_a_member_without_answers_is_named(shopper: Visitor) -> None:
    page = shopper.post(
        "/quote/medical-year", {**FAMILY, "members.0.birth_date": "", "action": "keep"}
    )
    assert page.status_code == 422
    assert 'href="#field-members-0-birth_date"' in page.text
