"""Heads of loss on the desk: further covers, several persons, and limits that hang on a name."""

from decimal import Decimal

from flask.testing import FlaskClient

from storefront import clock
from storefront.claims.service import access, handing_in, people
from storefront.db import transaction
from tests.claims.support import (
    Case,
    attach,
    claim_of,
    covered,
    give_and_hand_in,
    medical_claim,
    reported,
)
from tests.people import CHILD
from tests.plans import SECURE, SECURE_BY_ZONES, SIX_HEADS
from tests.policies.support import Office
from tests.staff.people import log_in, make_member

CYBER = ("licence", "event-report", "expert-report", "invoices")


def desk_of(office: Office) -> FlaskClient:
    return log_in(office.app.test_client(), make_member(office.session, ["assessor"]))


def six_heads(office: Office) -> Case:
    """A cyber policy with all six heads, whose questionnaire was answered."""
    return covered(office, "cyber-business", changes=SIX_HEADS, stated=SECURE | SECURE_BY_ZONES)


def cyber_claim(case: Case, client: FlaskClient, *amounts: str) -> int:
    """A claim of response and restoring, handed in."""
    claim_id = reported(case, "costs", person="", person_name="")
    attach(claim_id, *CYBER)
    rows = {f"heads-{place}-amount": amount for place, amount in enumerate(amounts)}
    rows |= {f"heads-{place}-others": "" for place in range(5)}
    give_and_hand_in(case, client, claim_id, {"action": "save", **rows})
    return claim_id


def injured(case: Case, claim_type: str, name: str, amount: int) -> int:
    """A claim about somebody who is not insured by name, ready to be assessed."""
    claim_id = reported(case, claim_type, person="", person_name=name)
    with transaction() as session:
        claim = access.lock_row(session, claim_id)
        for row in handing_in.requirements.of(session, claim):
            row.state = "received"
        given = handing_in.HeadAmounts(claimed=Decimal(amount), facts={"occurred_on": None})
        amounts = handing_in.Amounts(
            {head.position: given for head in claim.heads}, cause="accident"
        )
        handing_in.give_amounts(session, claim, amounts, clock.now())
        handing_in.begin_assessment(session, claim, clock.now())
    case.office.work()
    return claim_id


def test_six_heads_of_a_cyber_policy_fit_into_one_claim(
    office: Office, client: FlaskClient
) -> None:
    claim_id = cyber_claim(six_heads(office), client, "100000", "80000")
    ref = claim_of(office.session, claim_id).ref
    desk = desk_of(office)
    page = desk.get(f"/staff/claims/{ref}").text
    assert 'value="business-interruption"' in page
    assert 'name="person"' not in page  # nobody is hurt by what happens to computers
    assert desk.post(f"/staff/claims/{ref}/heads", data={}).status_code == 422
    added = {"cover": ["business-interruption"], "person": ""}
    assert desk.post(f"/staff/claims/{ref}/heads", data=added).status_code == 303
    twice = desk.post(f"/staff/claims/{ref}/heads", data=added)
    assert twice.status_code == 422
    assert len(claim_of(office.session, claim_id).heads) == 6
    assert 'name="cover"' not in desk.get(f"/staff/claims/{ref}").text
    kept = {"incident": "1", "h6-claimed": "90000", "h6-days": "9", "h6-daily": "10000"}
    assert desk.post(f"/staff/claims/{ref}/facts", data=kept).status_code == 303
    assert claim_of(office.session, claim_id).heads[5].figures["eligible"] == "90000.00"


def test_a_second_person_has_heads_and_limits_of_their_own(office: Office) -> None:
    case = covered(office, "motor-compulsory")
    claim_id = injured(case, "third-party-injury", "示例丁", 20_000)
    ref = claim_of(office.session, claim_id).ref
    desk = desk_of(office)
    other = {"cover": ["medical"], "person": "示例戊"}
    assert desk.post(f"/staff/claims/{ref}/heads", data=other).status_code == 303
    facts = {"incident": "1", "at_fault": "yes", "h3-claimed": "20000"}
    assert desk.post(f"/staff/claims/{ref}/facts", data=facts).status_code == 303
    claim = claim_of(office.session, claim_id)
    assert [people.name_of(claim, head) for head in claim.heads] == ["示例丁", "示例丁", "示例戊"]
    page = desk.get(f"/staff/claims/{ref}").text
    assert "示例戊" in page


def test_a_name_counts_however_it_was_typed() -> None:
    assert people.same_name("Li  Ming") == people.same_name("ＬＩ－ming")
    assert people.same_name("阿 依·古丽") == people.same_name("阿依•古丽")
    assert people.same_name("Li Ming") != people.same_name("Li Min")


def test_a_misspelt_person_is_corrected_and_the_limit_is_used_up(office: Office) -> None:
    case = covered(office, "employers-liability")
    claim_id = injured(case, "employee-medical", "示例丁", 30_000)
    ref = claim_of(office.session, claim_id).ref
    desk = desk_of(office)
    page = desk.get(f"/staff/claims/{ref}").text
    assert 'value="示例丁"' in page
    path = f"/staff/claims/{ref}/heads/1/person"
    assert desk.post(path, data={"person": " - "}).status_code == 422
    assert desk.post(path, data={"person": "示例 丁丁"}).status_code == 303
    claim = claim_of(office.session, claim_id)
    assert claim.heads[0].figures["person"] == "示例丁丁"
    assert desk.post(f"/staff/claims/{ref}/heads/9/person", data={"person": "x"}).status_code == 404


def test_what_was_stated_stands_beside_what_was_found(office: Office, client: FlaskClient) -> None:
    claim_id = cyber_claim(six_heads(office), client, "100000")
    ref = claim_of(office.session, claim_id).ref
    desk = desk_of(office)
    page = desk.get(f"/staff/claims/{ref}").text
    assert "control-backups-offline" in page
    assert "control-offline-backup" in page
    reader = log_in(office.app.test_client(), make_member(office.session, ["support"]))
    page = reader.get(f"/staff/claims/{ref}").text
    assert 'id="measures"' in page
    assert 'name="control-' not in page
    facts = {"incident": "1", "cause": "other", "control-backups-offline": "no"}
    shown = desk.post(f"/staff/claims/{ref}/compute", data=facts).text
    assert "查勘结果与投保时的回答不一致" in shown
    assert (
        "查勘结果与投保时的回答不一致"
        not in desk.post(
            f"/staff/claims/{ref}/compute", data=facts | {"control-backups-offline": "yes"}
        ).text
    )
    unknown = desk.post(f"/staff/claims/{ref}/facts", data=facts | {"control-weather": "no"})
    assert unknown.status_code == 422


def test_facts_that_only_the_rules_knew_can_be_entered(office: Office, client: FlaskClient) -> None:
    claim_id = cyber_claim(six_heads(office), client, "100000", "80000")
    ref = claim_of(office.session, claim_id).ref
    desk = desk_of(office)
    facts = {
        "incident": "1", "cause": "other", "event": " ransom  ware ", "public_on": "2026-05-01",
        "h1-claimed": "100000", "h1-refused-0-reason": "fines", "h1-refused-0-amount": "10000",
        "h2-claimed": "80000", "h2-occurred_on": "2026-12-01",
        "misstated-known_on": "", "misstated-intent": "1",
    }  # fmt: skip
    path = f"/staff/claims/{ref}/facts"
    assert desk.post(path, data=facts).status_code == 422
    facts |= {"misstated-known_on": "2026-05-01", "h1-refused-1-amount": "5"}
    assert desk.post(path, data=facts).status_code == 422
    facts |= {"h1-refused-1-amount": "", "special-9": "1"}
    assert desk.post(path, data=facts).status_code == 422
    del facts["special-9"]
    assert desk.post(path, data=facts).status_code == 303
    claim = claim_of(office.session, claim_id)
    assert claim.heads[0].figures["eligible"] == "90000.00"
    assert claim.circumstances["facts"]["event"] == "ransom ware"
    page = desk.get(f"/staff/claims/{ref}").text
    assert "2026-12-01" in page
    row = desk.post(f"/staff/claims/{ref}/compute", data={"h2-occurred_on": "2026-07-01"})
    assert (
        "90 日之后"
        not in desk.post(f"/staff/claims/{ref}/compute", data={"h2-occurred_on": "2026-07-01"}).text
    )
    assert "90 日之后" in desk.get(f"/staff/claims/{ref}").text
    assert row.status_code == 200
    taken_back = facts | {"h1-refused-0-reason": "", "h1-refused-0-amount": ""}
    assert desk.post(path, data=taken_back).status_code == 303
    assert claim_of(office.session, claim_id).heads[0].figures["eligible"] == "100000.00"


def test_a_head_of_the_desk_leaves_the_customer_nothing_to_fill_in(
    office: Office, client: FlaskClient
) -> None:
    claim_id = medical_claim(covered(office, changes={"hospital_cash": "100"}), client, "6000")
    ref = claim_of(office.session, claim_id).ref
    desk = desk_of(office)
    added = {"cover": ["hospital-cash"], "person": "0"}
    assert desk.post(f"/staff/claims/{ref}/heads", data=added).status_code == 303
    assert handing_in.amounts_given(claim_of(office.session, claim_id))
    nobody = {"cover": ["death"], "person": "7"}
    assert desk.post(f"/staff/claims/{ref}/heads", data=nobody).status_code == 422
    child = {"cover": ["hospital-cash"], "person": "1"}
    assert desk.post(f"/staff/claims/{ref}/heads", data=child).status_code == 303
    claim = claim_of(office.session, claim_id)
    assert [(head.person, head.named) for head in claim.heads] == [
        (0, None), (0, None), (1, CHILD.name),
    ]  # fmt: skip


def test_a_special_term_of_the_contract_excludes_it(office: Office, client: FlaskClient) -> None:
    claim_id = cyber_claim(six_heads(office), client, "100000")
    ref = claim_of(office.session, claim_id).ref
    desk = desk_of(office)
    shown = desk.post(f"/staff/claims/{ref}/compute", data={"incident": "1", "special-1": "1"})
    assert "属于本合同特别约定除外的情形" in shown.text
