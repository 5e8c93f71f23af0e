"""Employers' liability by the pages: what the employer claims and what the assessor adds give the amount."""

from decimal import Decimal

import pytest
from flask.testing import FlaskClient

from storefront.claims.service import requirements
from tests.claims.support import Case, attach, claim_of, covered, give_and_hand_in, reported
from tests.claims.test_desk import assessor
from tests.policies.support import Office

DAY = "2026-11-20"
BY = {"cause": "accident"}
EVENT = {"occurred_on": DAY, "cause": "accident", "amount": "480000", "others": "80000"}


def employees_claim(
    office: Office, client: FlaskClient, claim_type: str, amounts: dict[str, str]
) -> tuple[Case, int]:
    case = covered(office, "employers-liability")
    claim_id = reported(case, claim_type, person="", person_name="示例丁")
    claim = claim_of(office.session, claim_id)
    attach(claim_id, *(row.document for row in requirements.of(office.session, claim)))
    give_and_hand_in(case, client, claim_id, amounts)
    return case, claim_id


def payable(office: Office, claim_id: int) -> Decimal:
    figures = claim_of(office.session, claim_id).heads[0].figures
    assert figures is not None
    return Decimal(figures["payable"])


@pytest.mark.parametrize(
    "given",
    [
        ("employee-death", EVENT, {}, 400_000),  # 480,000 - 80,000
        ("employee-death", EVENT, {"h1-claimed": "900000"}, 500_000),  # the limit of a person
        (
            "employee-disability",
            {**EVENT, "amount": "300000", "others": "", "grade": "5"},
            {},
            250_000,  # 500,000 x 50%
        ),
        (
            "employee-disability",
            {**EVENT, "amount": "120000", "others": "", "grade": ""},
            {"h1-grades": "6", "h1-paid_by_social": "20000"},
            100_000,  # 120,000 - 20,000; grade 6 allows 200,000
        ),
        (
            "employee-lost-work",
            {"first": "2026-10-01", "last": "2026-11-14", "amount": "12000", **BY},
            {"h1-monthly_wage": "6000", "h1-city": "示例市"},
            9_000,  # 6,000 / 30 x 45 days of 12,000
        ),
        (
            "employee-lost-work",
            {"first": "2026-10-01", "last": "2026-11-14", "amount": "12000", **BY},
            {"h1-monthly_wage": "3000", "h1-city": "example-city"},
            7_200,  # below the floor of 8,000 x 60%: 4,800 / 30 x 45
        ),
        (
            "statutory-benefits",
            {**EVENT, "amount": "100000", "others": "", "grade": "7"},
            {"h1-monthly_wage": "6000", "h1-city": "example-city"},
            78_000,  # C-09: 13 x 6,000
        ),
    ],
)
@pytest.mark.rule("C-09")
def test_what_the_employer_owes_comes_out(
    office: Office,
    client: FlaskClient,
    given: tuple[str, dict[str, str], dict[str, str], int],
) -> None:
    claim_type, amounts, facts, expected = given
    _case, claim_id = employees_claim(office, client, claim_type, amounts)
    if facts:
        _who, desk = assessor(office)
        ref = claim_of(office.session, claim_id).ref
        answer = desk.post(f"/staff/claims/{ref}/facts", data={"cause": "accident", **facts})
        assert answer.status_code == 303
    assert payable(office, claim_id) == expected


def test_a_liability_needs_its_amount_and_a_fixed_benefit_none(
    office: Office, client: FlaskClient
) -> None:
    case = covered(office, "employers-liability")
    claim_id = reported(case, "employee-death", person="", person_name="示例丁")
    ref = claim_of(office.session, claim_id).ref
    with pytest.raises(AssertionError):
        give_and_hand_in(case, client, claim_id, {**EVENT, "amount": ""})
    assert 'name="amount"' in client.get(f"/claims/{ref}/amounts").text
    life = covered(office, "term-life", number="N2")
    claim_id = reported(life, "death")
    ref = claim_of(office.session, claim_id).ref
    give = {"occurred_on": life.day().isoformat(), "cause": "accident"}
    give_and_hand_in(life, client, claim_id, give)
    page = client.get(f"/claims/{ref}/amounts").text
    assert 'name="amount"' not in page
    assert 'name="others"' not in page
