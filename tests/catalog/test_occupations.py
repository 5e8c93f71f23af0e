"""An occupation is found by words, its class follows from it, and what was chosen is kept."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.catalog import answers, occupations, pricing
from storefront.catalog.faults import AnswersInvalid
from storefront.catalog.loader import PRODUCTS, load_product
from storefront.evidence.models import EvidenceRecord
from storefront.quotes.models import Quote
from tests.applications.conftest import visitor  # noqa: F401 - fixtures
from tests.visitor import Visitor

BUNDLE = load_product(PRODUCTS / "accident-year")
CHOICE = re.compile(r'type="radio" name="occupation" id="[^"]+" value="(\w+)"( checked)?')


def typed(**changes: str) -> dict[str, str]:
    """What somebody types for a quote."""
    start = clock.local_date(clock.now()) + timedelta(days=10)
    return {
        "birth_date": "1990-06-15",
        "sex": "M",
        "start_date": str(start),
        "sum_insured": "500000",
        **changes,
    }


def test_the_table_is_sound() -> None:
    table = occupations.table()
    assert len(table) >= 120
    assert {item.level for item in table.values()} == {1, 2, 3, 4, 5, 6}
    for names in (
        [item.name.zh for item in table.values()],
        [item.name.en for item in table.values()],
    ):
        assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("\u7a0b\u5e8f\u5458", "A012"),
        ("TEACHER school", "B002"),
        ("courier", "G007"),
        ("fire", "N004"),
    ],
)
def test_words_find_an_occupation(query: str, code: str) -> None:
    assert code in [item.code for item in occupations.search(query)]


@pytest.mark.parametrize("query", ["", "   ", "zzz", "%", "' or 1=1"])
def test_other_words_find_nothing(query: str) -> None:
    assert occupations.search(query) == []


def test_names_that_begin_with_the_word_come_first() -> None:
    assert occupations.search("driver")[0].name.en.startswith("Driver")


def test_the_class_follows_from_the_occupation() -> None:
    chosen = answers.parse(BUNDLE.definition, typed(occupation="N004"))
    plain = answers.parse(BUNDLE.definition, typed(occupation_class="6"))
    assert chosen["occupation_class"] == 6
    assert "occupation" not in plain  # the class alone is enough, as on the command line
    assert pricing.price(BUNDLE, chosen).total == pricing.price(BUNDLE, plain).total
    harmless = answers.parse(BUNDLE.definition, typed(occupation="N004", occupation_class="1"))
    assert harmless["occupation_class"] == 6  # a lower class beside it does not count


def test_an_occupation_that_is_not_in_the_table_is_refused() -> None:
    with pytest.raises(AnswersInvalid) as refused:
        answers.parse(BUNDLE.definition, typed(occupation="X999", occupation_class="1"))
    assert [(fault.key, fault.code) for fault in refused.value.faults] == [
        ("occupation", "not-a-choice")
    ]


def test_a_quote_keeps_what_was_chosen(
    session: Session,
    visitor: Visitor,  # noqa: F811
) -> None:
    ref = visitor.quote("accident-year", typed(occupation="E002"))

    quote = session.scalars(select(Quote).where(Quote.ref == ref)).one()
    assert (quote.answers["occupation"], quote.answers["occupation_class"]) == ("E002", 2)
    kept = select(EvidenceRecord).where(EvidenceRecord.chain == ref, EvidenceRecord.kind == "quote")
    record = session.scalars(kept).one()
    assert record.details["answers"]["occupation"] == "E002"
    assert occupations.table()["E002"].name.zh in visitor.page.text


def test_it_is_found_without_a_script(visitor: Visitor) -> None:  # noqa: F811
    visitor.get("/quote/accident-year")
    assert not CHOICE.search(visitor.page.text)
    sent = {**typed(), "occupation.search": "\u5382", "action": "find"}
    visitor.post("/quote/accident-year", sent)

    assert visitor.page.status_code == 200
    offered = CHOICE.findall(visitor.page.text)
    assert offered
    assert not any(ticked for _, ticked in offered)  # S-01
    assert 'value="500000"' in visitor.page.text  # nothing typed is lost
    visitor.post("/quote/accident-year", {**sent, "occupation": "E002"})
    assert ("E002", " checked") in CHOICE.findall(visitor.page.text)
    assert re.search(r'name="occupation_class"[^>]* value="2" checked', visitor.page.text)


def test_htmx_gets_choices_and_others_a_page(client: FlaskClient) -> None:
    client.set_cookie("language", "en")
    fragment = client.get("/occupations", query_string={"occupation.search": "cook"}).text
    assert CHOICE.search(fragment)
    assert "<html" not in fragment
    whole = client.get("/occupations").text
    assert whole.count("<tr>") > 120
    assert client.get("/occupations?q=cook").text.count("<tr>") == 2
    assert "Nothing is found" in client.get("/occupations?q=zzz").text


def test_choosing_one_refreshes_the_class(visitor: Visitor) -> None:  # noqa: F811
    visitor.get("/quote/accident-year")
    answer = visitor.post(
        "/quote/accident-year/price", typed(occupation="G007", visible="occupation")
    )
    assert re.search(r'id="answer-occupation_class" hx-swap-oob="true"', answer.text)
    assert re.search(r'name="occupation_class"[^>]* value="5" checked', answer.text)
