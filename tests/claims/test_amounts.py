"""The form of amounts of every kind of benefit: shown, wrong input said, kept, and filled in again."""

from decimal import Decimal

import pytest
from flask.testing import FlaskClient

from storefront.claims.models import Claim
from tests.accounts.actors import enter
from tests.claims.support import claim_of, covered, invoices, reported
from tests.policies.support import Office

YESTERDAY = "2026-01-05"
EVENT = {"occurred_on": YESTERDAY, "cause": "accident"}
STAY = {"first": YESTERDAY, "last": "2026-01-08", "amount": "", "cause": "accident"}
HEADS = {"heads-0-amount": "1500", "heads-0-others": "200"}

KINDS = [
    ("travel-accident", "accident-medical", invoices("10.50", "20")),
    ("travel-accident", "accidental-disability", {**EVENT, "grade": "9"}),
    ("travel-accident", "hospital-stay", STAY),
    ("term-life", "death", EVENT),
    ("motor-compulsory", "third-party-property", HEADS),
]
WRONG = [
    ("travel-accident", "accident-medical", {"settled": "yes"}, "invoices"),
    ("travel-accident", "accident-medical", invoices("ten"), "invoices-0-amount"),
    ("travel-accident", "accident-medical", invoices("-1"), "invoices-0-amount"),
    (
        "travel-accident",
        "accident-medical",
        {**invoices("10", "20"), "invoices-1-number": " INV 0"},
        "invoices",
    ),
    ("travel-accident", "accident-medical", invoices("0.001"), "invoices-0-amount"),
    ("travel-accident", "accident-medical", {**invoices("1"), "social": "NaN"}, "social"),
    ("travel-accident", "accidental-disability", {**EVENT, "grade": "11"}, "grade"),
    ("travel-accident", "hospital-stay", {**STAY, "last": "2026-01-04"}, "last"),
    ("term-life", "death", {**EVENT, "occurred_on": "2999-01-01"}, "occurred_on"),
    ("motor-compulsory", "third-party-property", {}, "heads"),
]


def begun(office: Office, client: FlaskClient, code: str, claim_type: str) -> Claim:
    case = covered(office, code)
    place = "" if code == "motor-compulsory" else "0"
    claim = claim_of(office.session, reported(case, claim_type, person=place, person_name="丁"))
    enter(office.app, client, case.customer_id)
    return claim


@pytest.mark.parametrize(("code", "claim_type", "data"), KINDS)
def test_amounts_are_kept_and_shown_again(
    office: Office, client: FlaskClient, code: str, claim_type: str, data: dict[str, str]
) -> None:
    claim = begun(office, client, code, claim_type)
    path = f"/claims/{claim.ref}/amounts"
    assert client.get(path).status_code == 200
    assert client.post(path, data=data).status_code == 303
    assert all(head.facts for head in claim_of(office.session, claim.id).heads)
    page = client.get(path)
    assert page.status_code == 200
    for value in data.values():
        assert value in page.text


@pytest.mark.parametrize("case", WRONG)
def test_wrong_amounts_are_said(
    office: Office, client: FlaskClient, case: tuple[str, str, dict[str, str], str]
) -> None:
    code, claim_type, data, field = case
    claim = begun(office, client, code, claim_type)
    answer = client.post(f"/claims/{claim.ref}/amounts", data=data)
    assert answer.status_code == 422
    assert f'href="#{field}' in answer.text
    assert claim_of(office.session, claim.id).heads[0].facts == {}


def test_further_rows_keep_what_was_typed(office: Office, client: FlaskClient) -> None:
    claim = begun(office, client, "travel-accident", "accident-medical")
    data = {**invoices("10.50"), "action": "more"}
    page = client.post(f"/claims/{claim.ref}/amounts", data=data)
    assert "10.50" in page.text
    assert "invoices-3-number" in page.text


def test_what_was_paid_elsewhere_is_told_apart(office: Office, client: FlaskClient) -> None:
    claim = begun(office, client, "travel-accident", "accident-medical")
    data = {**invoices("100"), "social": "30", "others": "20.5"}
    client.post(f"/claims/{claim.ref}/amounts", data=data)
    head = claim_of(office.session, claim.id).heads[0]
    assert (head.claimed, head.paid_elsewhere) == (Decimal(100), Decimal("50.5"))
    assert (head.facts["paid_by_social"], head.facts["paid_by_others"]) == ("30", "20.5")


def test_rows_of_heads_that_the_claim_does_not_have_are_left_out(
    office: Office, client: FlaskClient
) -> None:
    claim = begun(office, client, "motor-compulsory", "third-party-property")
    more = {**HEADS, "heads-1-amount": "7", "heads-1-others": ""}
    assert client.post(f"/claims/{claim.ref}/amounts", data=more).status_code == 303
    assert [head.claimed for head in claim_of(office.session, claim.id).heads] == [Decimal(1500)]
