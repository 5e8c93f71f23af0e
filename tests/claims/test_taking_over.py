"""A person takes over what the rules decided, before the money is sent; the rules keep off from then on."""

from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from storefront import clock
from storefront.audit.models import AuditEntry
from storefront.claims.models import ClaimClock, ClaimDecision
from storefront.claims.payouts.models import PayoutDue
from storefront.claims.service import access, deciding, paying, taking_over
from storefront.claims.service.deciding import Decision
from storefront.db import transaction
from storefront.errors import Conflict
from storefront.worklist.models import WorkItem
from tests.claims.paying import accepted, account, approve, ask_for, orders, send
from tests.claims.support import claim_of, covered, medical_claim, reported
from tests.policies.support import Office
from tests.staff.people import log_in, make_member


def test_from_the_rules_to_a_person_and_paid_once(office: Office, client: FlaskClient) -> None:
    """The customer has agreed and an order is approved: nothing of it is sent, all is decided anew."""
    claim_id = accepted(covered(office), client)
    ref = claim_of(office.session, claim_id).ref
    who = make_member(office.session, ["assessor"])
    [first] = orders(office.session, claim_id)
    approve(first.ref, make_member(office.session, ["finance"]).member)
    desk = log_in(office.app.test_client(), who)
    assert 'id="take-over"' in desk.get(f"/staff/claims/{ref}").text
    assert desk.post(f"/staff/claims/{ref}/take-over", data={"reason": ""}).status_code == 422
    done = desk.post(f"/staff/claims/{ref}/take-over", data={"reason": "The bill looks odd"})
    assert done.status_code == 303
    claim = claim_of(office.session, claim_id)
    assert (claim.stage, claim.decision, claim.automatic) == ("assessment", "pending", False)
    assert orders(office.session, claim_id)[0].state == "dismissed"
    assert send() == b""
    assert {"code": "taken-over"} in claim.flags
    work = select(WorkItem.kind).where(WorkItem.closed_at.is_(None))
    assert list(office.session.scalars(work)) == ["claims.assess"]
    told = select(AuditEntry.reason).where(AuditEntry.action == "claims.taken-over")
    assert office.session.scalars(told).one() == "The bill looks odd"
    office.work()
    assert any("人工" in str(mail["subject"]) for mail in office.mails())
    page = client.get(f"/claims/{ref}").text
    assert "人工" in page
    assert 'id="decision"' not in page  # what no longer counts is not shown as if it did
    with transaction() as session:
        assert deciding.decide_by_rules(session, claim_of(session, claim_id), clock.now()) is None
        claim = access.lock_row(session, claim_id)
        assert paying.promised(session, claim) == 0
        deciding.decide(
            session, claim, Decision("approved", {1: Decimal(1000)}), who.id, clock.now()
        )
    assert client.post(f"/claims/{ref}/account", data=account()).status_code == 303
    living = [row for row in orders(office.session, claim_id) if row.state == "requested"]
    assert [(row.amount, row.requested_by) for row in living] == [(Decimal(1000), who.id)]
    voided = office.session.scalars(select(PayoutDue).where(PayoutDue.void_at.is_not(None))).all()
    assert [due.key for due in voided] == [first.due.key]
    assert office.session.query(ClaimDecision).count() == 2


def test_what_is_with_the_bank_stays(office: Office, client: FlaskClient) -> None:
    claim_id = accepted(covered(office), client)
    [order] = orders(office.session, claim_id)
    ask_for(order.ref, make_member(office.session, ["assessor"]).member)
    approve(order.ref, make_member(office.session, ["finance"]).member)
    send()
    who = make_member(office.session, ["assessor"])
    with pytest.raises(Conflict), transaction() as session:
        claim = access.lock_row(session, claim_id)
        taking_over.take_over(session, claim, "Too late", who.id, clock.now())


def test_what_a_person_decided_is_not_taken_over(office: Office, client: FlaskClient) -> None:
    claim_id = medical_claim(covered(office), client, "6000")
    who = make_member(office.session, ["assessor"])
    with transaction() as session:
        claim = access.lock_row(session, claim_id)
        deciding.decide(
            session, claim, Decision("approved", {1: Decimal(6000)}), who.id, clock.now()
        )
    with pytest.raises(Conflict), transaction() as session:
        claim = access.lock_row(session, claim_id)
        taking_over.take_over(session, claim, "Mine", who.id, clock.now())


@pytest.mark.rule("C-02")
def test_a_difficult_claim_has_the_longer_time(office: Office, client: FlaskClient) -> None:
    claim_id = medical_claim(covered(office), client, "6000")
    ref = claim_of(office.session, claim_id).ref
    query = select(ClaimClock.due_at).where(ClaimClock.kind == "decision")
    before = office.session.scalars(query).one()
    desk = log_in(office.app.test_client(), make_member(office.session, ["assessor"]))
    assert desk.post(f"/staff/claims/{ref}/complex", data={}).status_code == 422
    for _twice in range(2):
        done = desk.post(f"/staff/claims/{ref}/complex", data={"reason": "Three hospitals"})
        assert done.status_code == 303
    claim = claim_of(office.session, claim_id)
    assert claim.complex
    assert office.session.scalars(query).one() > before


def test_the_rules_leave_a_difficult_claim_alone(office: Office) -> None:
    claim_id = reported(covered(office), "accident-medical")
    who = make_member(office.session, ["assessor"])
    with transaction() as session:
        claim = access.lock_row(session, claim_id)
        taking_over.needs_longer(session, claim, "Odd", who.id, clock.now())
        assert not deciding.is_simple(session, claim)
