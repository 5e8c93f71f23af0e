"""The pages of the advice, through HTTP."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from storefront import clock
from storefront.advice import service
from storefront.advice.models import SuitabilityRecord
from storefront.evidence import service as evidence
from storefront.evidence.models import EvidenceContent, EvidenceRecord
from tests.advice.conftest import BASE

FAMILY = BASE | {"children": "1", "child_1": "8", "debts": "600000"}


def assessed(client: FlaskClient, **changes: str) -> str:
    """Sends the form and gives the address of the result."""
    answer = client.post("/advice", data=FAMILY | changes)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


@pytest.mark.rule("S-01")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_form_preselects_nothing(client: FlaskClient, language: str) -> None:
    client.set_cookie("language", language)
    page = client.get("/advice").text
    assert " checked" not in page
    assert not re.search(r'<input class="form-control"[^>]*value="[^"]', page)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_result_shows_formula_figures_reasons_and_filled_links(
    client: FlaskClient, language: str
) -> None:
    client.set_cookie("language", language)
    page = client.get(assessed(client)).text
    for figure in ("¥120,000 (", "70% (", "¥840,000.00", "¥280,000.00", "¥1,720,000.00"):
        assert figure in page
    assert "sum_insured=1720000" in page
    assert (
        "You have no vehicle." if language == "en" else "\u60a8\u6ca1\u6709\u673a\u52a8\u8f66"
    ) in page


def test_the_link_opens_a_quote_with_the_recommended_answers(client: FlaskClient) -> None:
    page = client.get(assessed(client)).text
    link = re.search(r'href="(/quote/term-life\?[^"]+)"', page)
    assert link is not None
    quote = client.get(link[1].replace("&amp;", "&")).text
    assert 'value="1720000"' in quote
    assert re.search(r'id="field-term_years-15" value="15" checked', quote)


@pytest.mark.rule("P-03")
def test_nothing_is_called_best_or_cheapest(client: FlaskClient) -> None:
    client.set_cookie("language", "en")
    page = client.get(assessed(client, vehicle="due")).text.lower()
    assert not re.search(r"\b(best|cheapest|top)\b", page)


def test_the_answer_may_be_to_buy_nothing(client: FlaskClient) -> None:
    client.set_cookie("language", "en")
    covered = {"life_cover": "9000000", "illness_cover": "900000", "accident_cover": "900000"}
    page = client.get(assessed(client, medical_cover="true", **covered)).text
    assert "Please buy nothing." in page
    assert "/quote/" not in page


def test_only_the_reference_leads_to_it(client: FlaskClient) -> None:
    address = assessed(client)
    answer = client.get(address)
    assert re.fullmatch(r"/advice/N[0-9A-Z]{13}", address)
    assert answer.headers["X-Robots-Tag"] == "noindex"
    other = "Z" if address[-1] != "Z" else "Y"
    assert client.get(address[:-1] + other).status_code == 404
    assert client.get("/advice/N").status_code == 404


def test_faults_are_named_at_their_questions_and_nothing_typed_is_lost(
    client: FlaskClient, session: Session
) -> None:
    answer = client.post("/advice", data=FAMILY | {"income": "", "child_1": "40"})
    assert answer.status_code == 422
    assert 'href="#field-income"' in answer.text
    assert 'href="#field-child_1"' in answer.text
    assert 'value="600000"' in answer.text
    assert session.scalars(select(SuitabilityRecord)).all() == []


def test_questions_appear_with_the_answers_that_call_for_them(client: FlaskClient) -> None:
    data = {"children": "1", "asked": "household", "visible": ["depended_on", "children"]}
    changed = client.post("/advice/fields", data=data).text
    assert 'id="field-child_1"' in changed
    assert "hx-swap-oob" in changed
    assert "child_2" not in changed
    assert "budget" not in changed


def test_the_answers_can_be_changed(client: FlaskClient) -> None:
    address = assessed(client)
    page = client.get(f"/advice?from={address.rpartition('/')[2]}").text
    assert 'value="600000"' in page
    assert 'id="field-children-1" value="1" checked' in page


@pytest.mark.rule("N-05")
@pytest.mark.rule("E-01")
def test_the_record_is_encrypted_kept_and_in_evidence(
    client: FlaskClient, session: Session, app: Flask
) -> None:
    ref = assessed(client).rpartition("/")[2]
    record = service.get(session, ref)
    today = clock.local_date(clock.now())
    assert record.retain_until >= today + timedelta(days=5 * 365)
    stored = session.execute(text("select answers || result from suitability_record")).scalar_one()
    assert "120000" not in stored
    shown = session.scalars(select(EvidenceRecord).where(EvidenceRecord.chain == ref)).one()
    assert "1,720,000.00" in session.get_one(EvidenceContent, shown.content_sha256).body
    assert evidence.faults_in_chain(session, ref) == []


@pytest.mark.parametrize("path", ["/advice", "/compare"])
def test_the_navigation_leads_there(client: FlaskClient, path: str) -> None:
    assert f'<a href="{path}"' in client.get("/").text.split("<main")[0]
