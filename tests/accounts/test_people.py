"""One's own particulars and the people one insures: checked, encrypted, masked, own rows only."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text

from storefront import clock
from storefront.accounts import rules, service
from storefront.accounts.models import Customer, Person
from storefront.db import db, transaction
from storefront.errors import NotFound, Refused
from storefront.evidence.models import EvidenceRecord
from storefront.identity import IdNumber, parse_id_number
from tests.accounts.actors import enter, make_customer

NUMBER = "11010519491231002X"
OTHER_NUMBER = "440524188001010014"
NAME = "\u674e\u534e"
PROFILE = {"name": NAME, "id_number": NUMBER, "mobile": "138 1234 5678", "consent": "y"}
PERSON = {**PROFILE, "relation": "parent"}


@pytest.fixture
def customer_id(app: Flask, client: FlaskClient) -> int:
    """A customer who is logged in with `client`."""
    made = make_customer(app)
    enter(app, client, made)
    return made


def profile(app: Flask, customer_id: int) -> service.Profile:
    """What is kept of a customer."""
    with app.app_context():
        return service.profile_of(db.session.get_one(Customer, customer_id))


def people(app: Flask, customer_id: int) -> list[Person]:
    """The customer's list."""
    with app.app_context():
        return list(service.people_of(db.session, customer_id))


@pytest.mark.rule("S-10")
def test_profile_is_kept_and_shown_masked(
    app: Flask, client: FlaskClient, customer_id: int
) -> None:
    assert client.get("/account/profile").status_code == 200
    assert client.post("/account/profile", data=PROFILE).status_code == 302
    kept = profile(app, customer_id)
    born = parse_id_number(NUMBER, clock.local_date(clock.now())).birth_date
    assert kept == service.Profile(NAME, NUMBER, born, "F", "13812345678", kept.email)
    for path in ("/account/", "/account/profile"):
        page = client.get(path).text
        assert "110***********002X" in page
        assert NUMBER not in page
        assert "138****5678" in page
        assert "13812345678" not in page


def test_personal_data_stands_encrypted_in_the_database(
    app: Flask, client: FlaskClient, customer_id: int
) -> None:
    client.post("/account/profile", data=PROFILE)
    client.post("/account/people/new", data=PERSON)
    with app.app_context():
        for statement in ("select * from customer", "select * from person"):
            row = str(db.session.execute(text(statement)).one())
            for secret in (NUMBER, NAME, "13812345678"):
                assert secret not in row


def test_empty_fields_keep_what_is_stored(
    app: Flask, client: FlaskClient, customer_id: int
) -> None:
    client.post("/account/profile", data=PROFILE)
    answer = client.post("/account/profile", data={"name": "Li Hua"})
    assert answer.status_code == 302
    kept = profile(app, customer_id)
    assert (kept.name, kept.id_number, kept.mobile) == ("Li Hua", NUMBER, "13812345678")


def test_profile_needs_no_identity_number(
    app: Flask, client: FlaskClient, customer_id: int
) -> None:
    assert client.post("/account/profile", data={"name": NAME}).status_code == 302
    kept = profile(app, customer_id)
    assert (kept.name, kept.id_number, kept.mobile) == (NAME, None, None)


def test_profile_can_be_removed(app: Flask, client: FlaskClient, customer_id: int) -> None:
    client.post("/account/profile", data=PROFILE)
    client.post("/account/profile/forget")
    kept = profile(app, customer_id)
    assert (kept.name, kept.id_number, kept.birth_date, kept.sex, kept.mobile) == (None,) * 5
    with app.app_context():
        assert db.session.get_one(Customer, customer_id).id_number_hash is None


@pytest.mark.rule("S-08")
def test_identity_number_is_kept_only_with_consent(
    app: Flask, client: FlaskClient, customer_id: int
) -> None:
    page = client.get("/account/profile").text
    assert "checked" not in page
    for path, data in (("/account/profile", PROFILE), ("/account/people/new", PERSON)):
        answer = client.post(path, data={**data, "consent": ""})
        assert answer.status_code == 422
        assert 'href="#consent"' in answer.text
    assert profile(app, customer_id).id_number is None
    assert people(app, customer_id) == []
    client.post("/account/profile", data=PROFILE)
    with app.app_context():
        record = db.session.scalars(select(EvidenceRecord)).one()
        assert record.kind == "consent.identity-number"
        assert record.content_sha256


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 61),
        ("name", "a\x00b"),
        ("id_number", ""),
        ("id_number", "11010519491231002"),
        ("id_number", "110105194912310021"),
        ("id_number", "110105194902310026"),
        ("id_number", "x" * 1000),
        ("mobile", "010-65551234"),
        ("mobile", "no number"),
        ("relation", ""),
        ("relation", "neighbour"),
    ],
)
def test_bad_input_is_told_at_its_field_and_the_rest_is_kept(
    app: Flask, client: FlaskClient, customer_id: int, field: str, value: str
) -> None:
    answer = client.post("/account/people/new", data={**PERSON, field: value})
    assert answer.status_code == 422
    assert f'href="#{field}' in answer.text
    if field != "name":
        assert NAME in answer.text
    assert people(app, customer_id) == []


def test_people_are_added_changed_and_removed(
    app: Flask, client: FlaskClient, customer_id: int
) -> None:
    assert client.get("/account/people").status_code == 200
    assert client.get("/account/people/new").status_code == 200
    assert client.post("/account/people/new", data=PERSON).status_code == 302
    (person,) = people(app, customer_id)
    assert (person.name, person.relation, person.sex) == (NAME, "parent", "F")
    page = client.get("/account/people").text
    assert NAME in page
    assert NUMBER not in page

    path = f"/account/people/{person.id}"
    assert client.get(path).status_code == 200
    assert client.post(path, data={"name": "Li Mei", "relation": "relative"}).status_code == 302
    (person,) = people(app, customer_id)
    assert (person.name, person.relation, person.id_number) == ("Li Mei", "relative", NUMBER)

    assert client.post(f"{path}/remove").status_code == 302
    assert client.post(f"{path}/remove").status_code == 302, "pressing twice is harmless"
    assert people(app, customer_id) == []


def test_nobody_is_listed_twice(app: Flask, client: FlaskClient, customer_id: int) -> None:
    client.post("/account/people/new", data=PERSON)
    answer = client.post("/account/people/new", data={**PERSON, "name": "Somebody Else"})
    assert answer.status_code == 422
    assert 'href="#id_number"' in answer.text
    assert len(people(app, customer_id)) == 1


def test_same_person_may_be_in_two_customers_lists(
    app: Flask, client: FlaskClient, customer_id: int
) -> None:
    neighbour = make_customer(app, "neighbour@example.com")
    client.post("/account/people/new", data=PERSON)
    other = app.test_client()
    enter(app, other, neighbour)
    assert other.post("/account/people/new", data=PERSON).status_code == 302


def test_people_of_others_are_not_found(app: Flask, client: FlaskClient, customer_id: int) -> None:
    client.post("/account/people/new", data=PERSON)
    (person,) = people(app, customer_id)
    stranger = app.test_client()
    stranger_id = make_customer(app, "stranger@example.com")
    enter(app, stranger, stranger_id)
    path = f"/account/people/{person.id}"
    assert stranger.get(path).status_code == 404
    assert stranger.post(path, data=PERSON).status_code == 404
    assert stranger.post(f"{path}/remove").status_code == 404
    assert len(people(app, customer_id)) == 1
    with app.app_context(), pytest.raises(NotFound):
        service.person_of(db.session, stranger_id, person.id)


def test_list_has_an_end(app: Flask, customer_id: int) -> None:
    born = parse_id_number(OTHER_NUMBER, clock.local_date(clock.now())).birth_date

    def add(number: int) -> None:
        with app.app_context(), transaction() as session:
            details = service.PersonDetails(
                f"Person {number}", "employee", IdNumber(f"number-{number}", born, "M"), None
            )
            service.save_person(session, customer_id, details, clock.now())

    for number in range(rules.PEOPLE_LIMIT):
        add(number)
    with app.test_request_context(), pytest.raises(Refused):
        add(rules.PEOPLE_LIMIT)
    with app.app_context():
        count = db.session.scalar(select(func.count()).select_from(Person))
    assert count == rules.PEOPLE_LIMIT


@pytest.mark.parametrize(
    "path", ["/account/", "/account/profile", "/account/people", "/account/people/1"]
)
def test_pages_with_personal_data_need_a_login_and_are_not_stored(
    app: Flask, client: FlaskClient, path: str
) -> None:
    assert client.get(path).headers["Location"].startswith("/account/login?next=/account/")
    enter(app, client, make_customer(app))
    assert client.get(path).headers["Cache-Control"] == "no-store"
