"""The pages of policies: the owner's own, and what anybody may see."""

import io
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from storefront import clock
from storefront.crypto import check_character, sha256
from storefront.db import db, transaction
from storefront.extensions import limiter
from storefront.policies import service
from storefront.policies.models import Policy
from tests.accounts.actors import enter
from tests.people import HOLDER
from tests.policies.sample import schedule
from tests.policies.support import Office, new_customer

NUMBER = "HT482020260000012345"


@pytest.fixture
def policy(office: Office, signed_policies: dict[str, bytes]) -> Policy:
    """A policy in force for somebody, with its document."""
    return office.keep(signed_policies["en"], NUMBER, schedule("en").verify_code)


@pytest.fixture
def owner(office: Office, client: FlaskClient, policy: Policy) -> FlaskClient:
    """The browser of the policyholder."""
    enter(office.app, client, policy.customer_id)
    return client


@pytest.fixture
def stranger(office: Office, client: FlaskClient) -> FlaskClient:
    """The browser of another customer."""
    with transaction() as session:
        customer = new_customer(session)
    enter(office.app, client, customer.id)
    return client


@pytest.fixture
def visitor(office: Office, client: FlaskClient) -> FlaskClient:
    """A browser of nobody."""
    limiter.reset()
    return client


def upload(browser: FlaskClient, data: bytes, name: str = "policy.pdf") -> TestResponse:
    return browser.post("/verify/file", data={"file": (io.BytesIO(data), name)})


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_owner_finds_the_policy_and_everything_about_it(
    owner: FlaskClient, policy: Policy, language: str
) -> None:
    owner.set_cookie("language", language)
    listed = owner.get("/policies/")
    assert listed.status_code == 200
    assert f"/policies/{NUMBER}" in listed.text
    page = owner.get(f"/policies/{NUMBER}")
    assert page.status_code == 200
    for expected in (NUMBER, policy.verify_code, HOLDER.name, "document.pdf"):
        assert expected in page.text
    assert HOLDER.id_number not in page.text


def test_the_list_costs_the_same_for_one_policy_and_for_many(
    office: Office, owner: FlaskClient, policy: Policy
) -> None:
    def queries() -> int:
        asked: list[str] = []

        def note(*arguments: object) -> None:
            asked.append(str(arguments[2]))

        event.listen(db.engine, "before_cursor_execute", note)
        owner.get("/policies/")
        event.remove(db.engine, "before_cursor_execute", note)
        return len(asked)

    queries()
    one = queries()
    with transaction() as session:
        customer = policy.application.customer_id
    for _ in range(3):
        office.begin(customer=office.session.get_one(type(new_customer(session)), customer))
    assert queries() == one <= 3


def test_a_policy_being_issued_is_shown_as_such(office: Office, client: FlaskClient) -> None:
    policy = office.begin()
    enter(office.app, client, policy.customer_id)
    page = client.get("/policies/")
    assert page.status_code == 200
    assert 'hx-trigger="every 3s"' in page.text


def test_a_refusal_is_explained(office: Office, client: FlaskClient) -> None:
    office.sandbox.tell("insurer", mode="refuse")
    policy = office.begin()
    office.work()
    policy = office.read(policy.id)
    enter(office.app, client, policy.customer_id)
    client.set_cookie("language", "en")
    assert policy.refusal["en"] in client.get("/policies/").text


def test_the_document_is_the_one_that_was_kept(
    owner: FlaskClient, signed_policies: dict[str, bytes]
) -> None:
    answer = owner.get(f"/policies/{NUMBER}/document.pdf")
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"] == f'inline; filename="{NUMBER}.pdf"'
    assert answer.data == signed_policies["en"]
    assert answer.get_etag() == (sha256(answer.data), False)
    again = owner.get(
        f"/policies/{NUMBER}/document.pdf", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert again.status_code == 304
    assert again.data == b""


@pytest.mark.parametrize("path", ["", "/document.pdf"])
def test_a_policy_of_somebody_else_does_not_exist(
    stranger: FlaskClient, policy: Policy, path: str
) -> None:
    assert stranger.get(f"/policies/{NUMBER}{path}").status_code == 404
    assert stranger.get(f"/policies/XX0000000000{path}").status_code == 404
    assert NUMBER not in stranger.get("/policies/").text


@pytest.mark.parametrize("path", ["/policies/", f"/policies/{NUMBER}"])
def test_nobody_sees_policies_without_logging_in(visitor: FlaskClient, path: str) -> None:
    answer = visitor.get(path)
    assert answer.status_code == 302
    assert "/login" in answer.headers["Location"]


@pytest.mark.rule("V-01")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_anybody_with_the_code_learns_that_it_is_genuine_and_nothing_personal(
    visitor: FlaskClient, policy: Policy, language: str
) -> None:
    visitor.set_cookie("language", language)
    page = visitor.get(f"/verify/{policy.verify_code}")
    assert page.status_code == 200
    assert "HT48************2345" in page.text
    for private in (NUMBER, HOLDER.name, HOLDER.id_number, "holder@example.com"):
        assert private not in page.text


def test_a_code_may_be_typed_as_people_type(visitor: FlaskClient, policy: Policy) -> None:
    code = policy.verify_code
    typed = f" {code[:4].lower()} {code[4:9]}-{code[9:]} "
    answer = visitor.post("/verify/code", data={"code": typed})
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith(f"/verify/{code}")


def test_a_mistyped_code_is_told_from_an_unknown_one(visitor: FlaskClient, policy: Policy) -> None:
    visitor.set_cookie("language", "en")
    code = policy.verify_code
    swapped = code[:5] + code[6] + code[5] + code[7:]
    mistyped = visitor.get(f"/verify/{swapped}")
    assert mistyped.status_code == 404
    assert "mistyped" in mistyped.text
    body = "V000000000000"
    unknown = visitor.get(f"/verify/{body}{check_character(body)}")
    assert unknown.status_code == 404
    assert "no policy with this code" in unknown.text
    form = visitor.post("/verify/code", data={"code": swapped})
    assert form.status_code == 422
    assert "code-error" in form.text


def test_a_policy_being_issued_cannot_be_verified_yet(office: Office, visitor: FlaskClient) -> None:
    policy = office.begin()
    assert visitor.get(f"/verify/{policy.verify_code}").status_code == 404


@pytest.mark.parametrize(
    ("begins", "ends", "expected"),
    [(-2, 5, "in force"), (2, 5, "has not begun"), (-9, -1, "no cover at present")],
)
def test_the_check_says_whether_there_is_cover_now(
    visitor: FlaskClient, policy: Policy, begins: int, ends: int, expected: str
) -> None:
    visitor.set_cookie("language", "en")
    with transaction() as session:
        row = service.lock(session, policy.id)
        row.start_at = clock.now() + timedelta(days=begins)
        row.end_at = clock.now() + timedelta(days=ends)
    assert expected in visitor.get(f"/verify/{policy.verify_code}").text


@pytest.mark.rule("V-01")
def test_the_very_file_is_genuine(
    visitor: FlaskClient, policy: Policy, signed_policies: dict[str, bytes]
) -> None:
    visitor.set_cookie("language", "en")
    page = upload(visitor, signed_policies["en"])
    assert page.status_code == 200
    assert "exactly the document that the insurer signed" in page.text


@pytest.mark.rule("V-01")
def test_a_changed_file_is_called_changed(
    visitor: FlaskClient, policy: Policy, signed_policies: dict[str, bytes]
) -> None:
    visitor.set_cookie("language", "en")
    altered = bytearray(signed_policies["en"])
    altered[len(altered) // 2] ^= 1
    for data in (bytes(altered), signed_policies["en"] + b"\n% more"):
        page = upload(visitor, data)
        assert page.status_code == 200
        assert "This file was changed" in page.text


def test_a_file_signed_by_an_insurer_but_not_delivered_is_not_called_genuine(
    visitor: FlaskClient, policy: Policy, signed_policies: dict[str, bytes]
) -> None:
    visitor.set_cookie("language", "en")
    assert "We do not keep this file" in upload(visitor, signed_policies["zh"]).text


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7",
        b"%PDF-1.7\n" + bytes(range(256)) * 40,
        b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 1 0 R>>\nendobj\ntrailer<</Root 1 0 R>>\n%%EOF",
    ],
)
def test_any_other_pdf_is_not_ours(visitor: FlaskClient, data: bytes) -> None:
    visitor.set_cookie("language", "en")
    page = upload(visitor, data)
    assert page.status_code == 200
    assert "not one of our policies" in page.text


def test_what_is_no_pdf_or_too_large_is_said_at_the_field(visitor: FlaskClient) -> None:
    for data in (b"", b"hello", b"%PDF-1.7" + bytes(20 * 1024 * 1024)):
        page = upload(visitor, data)
        assert page.status_code == 422
        assert "file-error" in page.text
    assert visitor.post("/verify/file").status_code == 422
    assert upload(visitor, bytes(24 * 1024 * 1024)).status_code == 413


def test_uploads_are_limited(visitor: FlaskClient) -> None:
    statuses = [upload(visitor, b"no pdf").status_code for _ in range(8)]
    assert statuses[:6] == [422] * 6
    assert statuses[6:] == [429] * 2


@pytest.mark.parametrize("language", ["zh", "en"])
def test_clauses_are_public_and_not_sent_twice(visitor: FlaskClient, language: str) -> None:
    visitor.set_cookie("language", language)
    answer = visitor.get("/products/motor-compulsory/clauses.pdf")
    assert answer.status_code == 200
    assert answer.data.startswith(b"%PDF-")
    again = visitor.get(
        "/products/motor-compulsory/clauses.pdf", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert again.status_code == 304
    assert visitor.get("/products/nothing/clauses.pdf").status_code == 404
