"""Help articles written by staff and searched by customers; service centres."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from storefront import clock
from storefront.db import transaction
from storefront.support import articles, texts
from tests.staff.people import log_in, make_member

WORDING = {
    "title_zh": "\u6d4b\u8bd5",
    "title_en": "A new question",
    "body_zh": "\u7b54\u6848 <script>alert(1)</script>",
    "body_en": "An answer <script>alert(1)</script>",
}


@pytest.fixture
def filled(session: Session) -> None:
    """The articles of a new installation."""
    with transaction():
        assert texts.fill(session, clock.now())


def test_filling_twice_changes_nothing(session: Session, filled: None) -> None:
    with transaction():
        assert not texts.fill(session, clock.now())
    assert len(articles.published(session)) == 20


def test_customers_find_words_in_their_language(client: FlaskClient, filled: None) -> None:
    client.set_cookie("language", "en")
    page = client.get("/help?q=cooling-off+15").text
    assert "cooling-off" in page
    assert "ways-to-pay" not in page
    assert "No article holds these words" in client.get("/help?q=%25").text
    assert client.get("/help/articles/cooling-off").status_code == 200
    assert client.get("/help/articles/unknown").status_code == 404


def test_chinese_words_are_found(client: FlaskClient, filled: None) -> None:
    page = client.get("/help?q=\u90ae\u4ef6").text  # the word for e-mail

    assert "no-mail" in page
    assert "cooling-off" not in page


def test_an_article_is_written_published_and_withdrawn(
    client: FlaskClient, session: Session, filled: None
) -> None:
    client.set_cookie("language", "en")
    log_in(client, make_member(session, ["administrator"]))
    new = {**WORDING, "slug": "new-one", "topic": "other"}
    assert client.post("/staff/help/new", data={**new, "slug": "No!"}).status_code == 422
    assert client.post("/staff/help/new", data=new).status_code == 303
    assert client.get("/help/articles/new-one").status_code == 404  # a draft

    client.post("/staff/help/new-one/publish")
    assert "A new question" in client.get("/help/articles/new-one").text
    client.post("/staff/help/new-one", data={**WORDING, "title_en": "Changed"})
    assert "A new question" in client.get("/help/articles/new-one").text
    client.post("/staff/help/new-one/publish")
    assert "&lt;script&gt;" in client.get("/help/articles/new-one").text
    assert "Changed" in client.get("/help/articles/new-one").text
    client.post("/staff/help/new-one/withdraw")
    assert client.get("/help/articles/new-one").status_code == 404


def test_a_reply_kept_ready_is_changed_and_put_in(
    client: FlaskClient, session: Session, filled: None
) -> None:
    log_in(client, make_member(session, ["administrator"]))
    assert client.get("/staff/help/").status_code == 200
    assert client.get("/staff/help/replies/payment-state").status_code == 200
    changed = {**WORDING, "body_en": "Dear {name}, about {ref}"}
    client.post("/staff/help/replies/payment-state", data=changed)

    session.expire_all()
    ready = texts.reply(session, "payment-state")
    assert texts.filled_in(ready, "en", "Li", "T1") == "Dear Li, about T1"


def test_service_centres_by_city(client: FlaskClient) -> None:
    client.set_cookie("language", "en")
    assert client.get("/help/service-centres").text.count("<section") == 8
    assert client.get("/help/service-centres?city=chengdu").text.count("<section") == 1
    assert "There is no service centre" in client.get("/help/service-centres?city=Nowhere").text


def test_an_address_that_is_taken_is_not_written_over(
    client: FlaskClient, session: Session, filled: None
) -> None:
    client.set_cookie("language", "en")
    log_in(client, make_member(session, ["administrator"]))
    for slug in ("whose-contract", "new"):
        answer = client.post("/staff/help/new", data={**WORDING, "slug": slug, "topic": "other"})
        assert answer.status_code == 422
        assert "another one" in answer.text

    assert "A new question" not in client.get("/staff/help/whose-contract").text
