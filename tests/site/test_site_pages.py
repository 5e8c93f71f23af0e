"""The public pages of the agency, the switch of the language, files and error pages."""

from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront import clock
from storefront.catalog import service as catalog
from storefront.db import transaction

pytestmark = pytest.mark.usefixtures("published")

PAGES = ["/", "/disclosure", "/help", "/privacy", "/complaints"]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_page_opens_in_both_languages(client: FlaskClient, path: str, language: str) -> None:
    client.set_cookie("language", language)
    answer = client.get(path)
    assert answer.status_code == 200
    assert f'lang="{"en" if language == "en" else "zh-CN"}"' in answer.text


@pytest.mark.rule("T-02")
def test_disclosure_names_licence_insurers_filings_and_channels(
    app: Flask, client: FlaskClient
) -> None:
    client.set_cookie("language", "en")
    page = unescape(client.get("/disclosure").text)
    settings = app.extensions["settings"]
    assert settings.licence_number in page
    assert settings.icp_number in page
    assert "12378" in page
    assert "https://www.iachina.cn/" in page
    with app.app_context(), transaction() as session:
        now = clock.now()
        for insurer in catalog.insurers(session, now):
            assert insurer.name.en in page
            assert insurer.complaint_phone in page
            assert insurer.agreement.number in page
            assert insurer.agreement.scope.en in page
        for bundle in catalog.sellable(session, now):
            assert bundle.definition.filing_number in page
            assert bundle.definition.clause_name.en in unescape(page)


@pytest.mark.rule("T-03")
@pytest.mark.parametrize("path", [*PAGES, "/no-such-page"])
def test_footer_of_every_page_leads_to_contacts_disputes_protection_and_filing(
    app: Flask, client: FlaskClient, path: str
) -> None:
    footer = client.get(path).text.split("<footer")[1]
    for target in ("/disclosure#insurers", "/complaints", "/privacy", "https://beian.miit.gov.cn/"):
        assert f'href="{target}"' in footer
    assert app.extensions["settings"].icp_number in footer


@pytest.mark.rule("Q-01")
def test_complaint_deadlines_are_shown(client: FlaskClient) -> None:
    client.set_cookie("language", "en")
    page = client.get("/complaints").text
    for sentence in (
        "Within 1 working day",
        "Within 15 days",
        "extended at most twice, by 30 days each",
        "answers within 30 days",
    ):
        assert sentence in page


def test_language_switch_comes_back_to_the_page_and_is_remembered(client: FlaskClient) -> None:
    answer = client.get("/language/en?next=/help?a=1")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/help?a=1"
    assert 'lang="en"' in client.get("/help").text
    client.get("/language/zh")
    assert 'lang="zh-CN"' in client.get("/help").text


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/", "//evil.example/", "/\\evil.example", "\\/evil.example",
        "javascript:alert(1)", "/\n/evil.example", "help", "",
    ],
)  # fmt: skip
def test_language_switch_never_leads_elsewhere(client: FlaskClient, target: str) -> None:
    answer = client.get("/language/en", query_string={"next": target})
    assert answer.headers["Location"] == "/"


def test_unknown_language_does_not_exist(client: FlaskClient) -> None:
    assert client.get("/language/fr").status_code == 404


def test_switch_of_a_refused_form_leads_to_a_page_that_opens(client: FlaskClient) -> None:
    page = client.post("/help").text
    assert 'href="/language/en?next=/"' in page


def test_files_carry_their_content_in_the_address_and_are_kept(client: FlaskClient) -> None:
    page = client.get("/").text
    for name in ("/static/theme.css?v=", "/bootstrap/static/css/bootstrap.min.css?v="):
        address = page[page.index(name) :].split('"')[0]
        assert "immutable" in client.get(address).headers["Cache-Control"]
        assert "immutable" not in client.get(address + "0").headers["Cache-Control"]


def test_robots_stay_out_of_personal_pages(client: FlaskClient) -> None:
    assert "Disallow: /account" in client.get("/robots.txt").text


def test_security_contact_names_an_address_and_a_date(app: Flask, client: FlaskClient) -> None:
    text = client.get("/.well-known/security.txt").text
    assert f"Contact: mailto:{app.extensions['settings'].service_email}" in text
    assert "Expires: " in text


def test_icon_has_its_old_name_too(client: FlaskClient) -> None:
    assert client.get("/favicon.ico").mimetype == "image/svg+xml"
