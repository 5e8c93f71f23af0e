"""What members do for claims beside deciding: answers of closed accounts, reserves, recoveries, duplicates."""

from decimal import Decimal
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from storefront import clock, files
from storefront.accounts.models import Customer
from storefront.audit.models import AuditEntry
from storefront.claims.desk.models import ClaimRecovery
from storefront.claims.models import ClaimDecision
from storefront.claims.service import access, adjudicating, answering, deciding
from storefront.claims.service.deciding import Decision
from storefront.db import transaction
from storefront.errors import Forbidden
from storefront.policies.document.signature import trusted_certificates
from storefront.policies.document.verification import verify_pdf
from tests.accounts.actors import enter
from tests.claims.paying import accepted, account, answer, approve, orders, send
from tests.claims.support import Case, claim_of, covered, medical_claim, reported
from tests.people import HOLDER
from tests.policies.support import Office
from tests.staff.people import Colleague, log_in, make_member

REASON = {"zh": "理由", "en": "Reason"}


def decide(office: Office, claim_id: int, decision: Decision) -> Colleague:
    who = make_member(office.session, ["assessor"])
    with transaction() as session:
        claim = access.lock_row(session, claim_id)
        deciding.decide(session, claim, decision, who.id, clock.now())
    office.work()
    return who


def test_the_answer_of_a_closed_account_is_recorded(office: Office, client: FlaskClient) -> None:
    case = covered(office)
    claim_id = medical_claim(case, client, "1000")
    ref = claim_of(office.session, claim_id).ref
    who = make_member(office.session, ["assessor", "finance"])
    desk = log_in(office.app.test_client(), who)
    form = account() | {"way": "telephone", "words": "Agreed on the telephone at ten"}
    assert "answer-way" not in desk.get(f"/staff/claims/{ref}").text
    assert desk.post(f"/staff/claims/{ref}/answer", data=form).status_code == 409
    with transaction() as session:
        session.get_one(Customer, case.customer_id).closed_at = clock.now()
    assert "answer-way" in desk.get(f"/staff/claims/{ref}").text
    for wrong in ({"number": "1"}, {"words": ""}, {"way": "pigeon"}):
        posted = desk.post(f"/staff/claims/{ref}/answer", data=form | wrong)
        assert posted.status_code == 422
    assert desk.post(f"/staff/claims/{ref}/answer", data=form).status_code == 303
    assert claim_of(office.session, claim_id).stage == "paying"
    [order] = orders(office.session, claim_id)
    assert (order.requested_by, order.payee["name"]) == (who.id, HOLDER.name)
    with pytest.raises(Forbidden):
        approve(order.ref, who.member)
    told = select(AuditEntry.reason).where(AuditEntry.action == "claims.record")
    assert "on the telephone at ten" in office.session.scalars(told).one()


def reserve(office: Office, claim_id: int) -> Decimal:
    return sum((head.reserve for head in claim_of(office.session, claim_id).heads), Decimal(0))


def test_reserves_come_back_and_are_lowered_by_what_was_ordered(
    office: Office, client: FlaskClient
) -> None:
    claim_id = medical_claim(covered(office), client, "6000")
    first = reserve(office, claim_id)
    decide(office, claim_id, Decision("partly_approved", {1: Decimal(4000)}, "other", "8", REASON))
    assert reserve(office, claim_id) == Decimal(4000)
    with transaction() as session:
        claim = access.lock_row(session, claim_id)
        answering.object_to(session, claim, "Too little", clock.now())
    assert reserve(office, claim_id) == max(first - 4000, Decimal(0))
    decide(office, claim_id, Decision("approved", {1: Decimal(6000)}))
    assert reserve(office, claim_id) == Decimal(2000)


def test_a_claim_opened_again_has_its_reserve_again(office: Office, client: FlaskClient) -> None:
    claim_id = reported(covered(office), "accident-medical")
    first = reserve(office, claim_id)
    who = make_member(office.session, ["assessor"])
    desk = log_in(office.app.test_client(), who)
    ref = claim_of(office.session, claim_id).ref
    assert first > 0
    with transaction() as session:
        answering.withdraw(session, access.lock_row(session, claim_id), clock.now())
    assert reserve(office, claim_id) == 0
    assert desk.post(f"/staff/claims/{ref}/reopen", data={"reason": ""}).status_code == 422
    assert (
        desk.post(f"/staff/claims/{ref}/reopen", data={"reason": "It was none"}).status_code == 303
    )
    claim = claim_of(office.session, claim_id)
    assert (claim.stage, claim.reopened, reserve(office, claim_id)) == ("documents", True, first)


def test_the_same_incident_in_another_policy_of_the_person_is_flagged(office: Office) -> None:
    first = covered(office)
    customer = office.session.get_one(Customer, first.customer_id)
    second = covered(office, number="N2", customer=customer)
    stranger = covered(office, number="N3")
    day = first.day().isoformat()
    one = reported(first, "accident-medical", incident_on=day)
    two = reported(second, "accidental-death", incident_on=day)
    other = reported(stranger, "accident-medical", incident_on=day)
    flag = {"code": "same-incident", "claim": claim_of(office.session, one).ref}
    assert flag in claim_of(office.session, two).flags
    assert claim_of(office.session, other).flags == []


def test_a_drunk_driver_is_to_pay_it_back(office: Office) -> None:
    case = covered(office, "motor-compulsory")
    claim_id = reported(case, "third-party-injury", person="", person_name="示例伤者")
    with transaction() as session:
        claim = access.lock_row(session, claim_id)
        claim.stage = "assessment"
        facts = {"cause": "accident", "at_fault": True, "exclusions": ["drunk"]}
        claim.circumstances = {**claim.circumstances, "facts": facts}
        medical = next(head for head in claim.heads if head.cover == "medical")
        medical.claimed, medical.facts = Decimal(3000), {"consent": True}
        found = adjudicating.adjudicated(session, claim, clock.now())
    decide(office, claim_id, deciding.suggested(found))
    owed = office.session.scalars(select(ClaimRecovery)).one()
    assert owed.expected == found.payable > 0
    desk = log_in(office.app.test_client(), make_member(office.session, ["compliance"]))
    page = desk.get("/staff/claims/recoveries").text
    assert claim_of(office.session, claim_id).ref in page
    assert "¥3,000.00" in page


def test_a_policy_that_is_being_issued_can_be_reported(office: Office, client: FlaskClient) -> None:
    policy = office.begin()
    enter(office.app, client, policy.customer_id)
    ref = office.read(policy.id).application.ref
    assert ref in client.get("/claims/new").text
    begun = client.post("/claims/new/begin", data={"policy": ref})
    assert begun.status_code == 303
    stranger = covered(office)
    enter(office.app, client, stranger.customer_id)
    assert client.post("/claims/new/begin", data={"policy": ref}).status_code == 404


def test_emergency_numbers_stand_before_any_form(client: FlaskClient) -> None:
    page = client.get("/claims/new").text
    for number in ("120", "110", "119", "122"):
        assert f'href="tel:{number}"' in page


def test_the_signature_of_a_letter_is_valid(
    office: Office, client: FlaskClient, signing_folder: Path
) -> None:
    claim_id = medical_claim(covered(office), client, "1000")
    claim = claim_of(office.session, claim_id)
    row = office.session.scalars(select(ClaimDecision)).one()
    assert row.letter_sha256 is not None
    data = files.store().get(row.letter_sha256)
    assert client.get(f"/claims/{claim.ref}/letters/1.pdf").data == data
    trusted = trusted_certificates(signing_folder, "")
    assert verify_pdf(data, trusted).genuine
    place = data.index(b"/Contents") - 40
    altered = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
    assert not verify_pdf(altered, trusted).genuine


def test_the_command_line_writes_the_file_and_reads_it_back(
    office: Office, client: FlaskClient, tmp_path: Path
) -> None:
    case: Case = covered(office)
    claim_id = accepted(case, client)
    [order] = orders(office.session, claim_id)
    approve(order.ref, make_member(office.session, ["finance"]).member)
    run = office.app.test_cli_runner().invoke
    target = tmp_path / "out.csv"
    made = run(args=["claims", "bank-file", "haitang", str(target)])
    assert "1 orders, 1000.00 yuan" in made.output
    assert order.ref.encode() in target.read_bytes()
    assert "Nothing to pay." in run(args=["claims", "bank-file", "haitang", str(target)]).output
    assert send() == b""
    back = tmp_path / "back.csv"
    back.write_bytes(answer("R1", ("K1", order.ref, "1000.00", "PAID", "")))
    assert "paid 1" in run(args=["claims", "bank-return", str(back)]).output
    assert "Taken in before" in run(args=["claims", "bank-return", str(back)]).output
    back.write_bytes(b"nonsense")
    faulty = run(args=["claims", "bank-return", str(back)])
    assert faulty.exit_code != 0
    assert "Nothing of the file was used." in faulty.output
    assert claim_of(office.session, claim_id).stage == "closed"
