"""The cause is asked where it decides, and what no accident brought about is not paid by accident cover."""

from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from storefront.claims.models import ClaimHead
from storefront.claims.service import adjudicating, deciding, requirements
from tests.accounts.actors import enter
from tests.claims.support import (
    Case,
    attach,
    claim_of,
    covered,
    give_and_hand_in,
    invoices,
    reported,
)
from tests.claims.test_desk import assessor
from tests.policies.support import Office

STAY = {"first": "2026-11-20", "last": "2026-11-22", "amount": ""}
EVENT = {"occurred_on": "2026-11-25"}


def handed_in(
    office: Office, client: FlaskClient, claim_type: str, amounts: dict[str, str]
) -> tuple[Case, int]:
    case = covered(office, changes={"hospital_cash": "100"})
    claim_id = reported(case, claim_type)
    claim = claim_of(office.session, claim_id)
    attach(claim_id, *(row.document for row in requirements.of(office.session, claim)))
    give_and_hand_in(case, client, claim_id, amounts)
    return case, claim_id


@pytest.mark.parametrize(
    ("claim_type", "amounts"),
    [
        ("accident-medical", invoices("1000")),
        ("hospital-stay", STAY),
        ("accidental-disability", {**EVENT, "grade": "10"}),
        ("accidental-death", EVENT),
    ],
)
def test_an_illness_is_left_to_a_person_who_finds_the_refusal_with_its_clause(
    office: Office, client: FlaskClient, claim_type: str, amounts: dict[str, str]
) -> None:
    _case, claim_id = handed_in(office, client, claim_type, {**amounts, "cause": "illness"})
    claim = claim_of(office.session, claim_id)
    assert (claim.stage, claim.decision) == ("assessment", "pending")
    row = adjudicating.latest(office.session, claim)
    assert row is not None
    suggested = deciding.suggested(adjudicating.result_of(row))
    assert (suggested.outcome, suggested.clause, suggested.total) == ("declined", "6.4", 0)


@pytest.mark.parametrize("claim_type", ["accident-medical", "hospital-stay"])
def test_the_cause_is_asked(office: Office, client: FlaskClient, claim_type: str) -> None:
    case = covered(office, changes={"hospital_cash": "100"})
    ref = claim_of(office.session, reported(case, claim_type)).ref
    enter(office.app, client, case.customer_id)
    amounts = invoices("1000") if claim_type == "accident-medical" else STAY
    answer = client.post(f"/claims/{ref}/amounts", data={**amounts, "cause": ""})
    assert answer.status_code == 422
    assert 'href="#cause' in answer.text
    assert "onset_on" not in answer.text


def medical_year(
    office: Office, client: FlaskClient, onset: int | None, cause: str = "illness"
) -> int:
    """A claim for a stay on day 37 of a contract with a waiting period of 30 days."""
    case = covered(office, "medical-year", days_ago=60, changes={"deductible": "0"})
    claim_id = reported(case, "hospital-stay", incident_on=case.day(36).isoformat())
    claim = claim_of(office.session, claim_id)
    attach(claim_id, *(row.document for row in requirements.of(office.session, claim)))
    began = case.day(onset).isoformat() if onset is not None else ""
    given = invoices("4000", cause=cause, onset_on=began)
    give_and_hand_in(case, client, claim_id, given)
    return claim_id


def test_first_signs_within_the_waiting_period_are_not_paid(
    office: Office, client: FlaskClient
) -> None:
    claim = claim_of(office.session, medical_year(office, client, 19))
    assert (claim.stage, claim.heads[0].figures["payable"]) == ("assessment", "0.00")
    _who, desk = assessor(office)
    page = desk.get(f"/staff/claims/{claim.ref}").text
    assert claim.heads[0].facts["onset_on"] in page
    later = {"h1-onset_on": claim.incident_at.date().isoformat(), "h1-claimed": "4000"}
    assert desk.post(f"/staff/claims/{claim.ref}/facts", data=later).status_code == 303
    assert claim_of(office.session, claim.id).heads[0].figures["payable"] == "4000.00"


def test_first_signs_after_it_are(office: Office, client: FlaskClient) -> None:
    assert claim_of(office.session, medical_year(office, client, 31)).payable == Decimal(4000)


def test_the_day_of_the_first_signs_is_needed_for_an_illness_only(
    office: Office, client: FlaskClient
) -> None:
    with pytest.raises(AssertionError):
        medical_year(office, client, None)
    office.session.rollback()
    assert office.session.scalars(select(ClaimHead)).one().facts == {}


def test_an_accident_needs_no_day_of_first_signs(office: Office, client: FlaskClient) -> None:
    claim = claim_of(office.session, medical_year(office, client, None, "accident"))
    assert claim.payable == Decimal(4000)


def test_an_invoice_from_before_the_accident_is_left_to_a_person(
    office: Office, client: FlaskClient
) -> None:
    given = invoices("100", "200") | {"invoices-0-issued_on": "2026-10-01"}
    _case, claim_id = handed_in(office, client, "accident-medical", given)
    claim = claim_of(office.session, claim_id)
    assert (claim.stage, claim.decision) == ("assessment", "pending")
