"""The public pages of the agency and the switch of the language."""

import pytest
from flask.testing import FlaskClient

PAGES = ["/", "/disclosure", "/help", "/privacy", "/complaints"]


@pytest.mark.parametrize("path", PAGES)
def test_page_opens(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 200


def test_unknown_page_shows_the_request_id_in_the_layout(client: FlaskClient) -> None:
    answer = client.get("/no-such-page")
    assert answer.status_code == 404
    assert answer.headers["X-Request-Id"] in answer.text
    assert 'class="site-header"' in answer.text


def test_files_carry_their_content_in_the_address_and_are_kept(client: FlaskClient) -> None:
    page = client.get("/").text
    for name in ("/static/theme.css?v=", "/bootstrap/static/css/bootstrap.min.css?v="):
        address = page[page.index(name) :].split('"')[0]
        assert "immutable" in client.get(address).headers["Cache-Control"]
        assert "immutable" not in client.get(address + "0").headers["Cache-Control"]
