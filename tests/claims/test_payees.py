"""Who is paid: the beneficiaries that the contract names, by their shares, others only with a reason."""

from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from storefront import clock
from storefront.audit.models import AuditEntry
from storefront.claims.models import ClaimDecision
from storefront.claims.payouts import rules
from storefront.claims.service import access, adjudicating, answering, deciding
from storefront.claims.service.deciding import Decision
from storefront.db import transaction
from tests.accounts.actors import enter
from tests.claims.paying import accepted, account, answer, approve, card, orders, send, take_in
from tests.claims.support import claim_of, covered, medical_claim, reported
from tests.people import CHILD, SPOUSE
from tests.policies.support import Office
from tests.staff.people import log_in, make_member

TWO = {
    "beneficiaries": {
        "kind": "named",
        "named": [
            {"name": "示例乙", "rank": "1", "share": "60"},
            {"name": "示例丙", "rank": 1, "share": "40"},
            {"name": "示例丁", "rank": 2, "share": "100"},
        ],
    }
}


def test_the_first_rank_is_entitled_by_its_shares() -> None:
    named = rules.entitled(TWO)
    assert named == (("示例乙", Decimal(60)), ("示例丙", Decimal(40)))
    assert rules.entitled({"beneficiaries": {"kind": "statutory", "named": []}}) == ()
    assert not rules.differs(named, [("示例丙", Decimal(2)), ("示 例乙", Decimal(3))])
    assert rules.differs(named, [("示例乙", Decimal(50)), ("示例丙", Decimal(50))])
    assert rules.differs(named, [("示例乙", Decimal(60)), ("示例丁", Decimal(40))])
    assert not rules.differs((), [("anybody", Decimal(1))])
    assert rules.payee_of("示例乙", TWO, after_death=True) == ("beneficiary", "beneficiaries")


def death(office: Office, client: FlaskClient, payee: str) -> int:
    """A death claim of a contract with one beneficiary, decided and agreed to with an account."""
    case = covered(office, "term-life")
    claim_id = reported(case, "death")
    who = make_member(office.session, ["assessor"])
    with transaction() as session:
        claim = access.lock_row(session, claim_id)
        claim.stage = "assessment"
        claim.circumstances = {**claim.circumstances, "facts": {"cause": "accident"}}
        claim.heads[0].facts = {"occurred_on": case.day().isoformat()}
        found = adjudicating.adjudicated(session, claim, clock.now())
        deciding.decide(session, claim, deciding.suggested(found), who.id, clock.now())
    enter(office.app, client, case.customer_id)
    ref = claim_of(office.session, claim_id).ref
    assert client.post(f"/claims/{ref}/account", data=account(payee)).status_code == 303
    return claim_id


def test_others_than_the_named_ones_need_a_reason(office: Office, client: FlaskClient) -> None:
    claim_id = death(office, client, CHILD.name)
    ref = claim_of(office.session, claim_id).ref
    [held] = orders(office.session, claim_id)
    assert (held.state, held.reason) == ("held", "beneficiaries")
    office.work()
    assert any("付款需稍等" in str(mail["subject"]) for mail in office.mails())
    desk = log_in(office.app.test_client(), make_member(office.session, ["assessor"]))
    page = desk.get(f"/staff/claims/{ref}/money").text
    assert f'value="{SPOUSE.name}"' in page
    assert f"{SPOUSE.name} 100" in page
    form = {"kind": "heir", "name": CHILD.name, "bank": "示例银行", "number": card(), "share": "1"}
    given = {f"{key}-{held.due_id}-0": value for key, value in form.items()}
    address = f"/staff/claims/{ref}/payees/{held.due_id}"
    assert desk.post(address, data=given).status_code == 422
    why = {f"others-{held.due_id}": "The beneficiary died before the insured person"}
    assert desk.post(address, data=given | why).status_code == 303
    told = select(AuditEntry.reason).where(AuditEntry.action == "payouts.request")
    assert office.session.scalars(told).all() == list(why.values())


def test_the_named_one_alone_is_clear(office: Office, client: FlaskClient) -> None:
    claim_id = death(office, client, SPOUSE.name)
    [order] = orders(office.session, claim_id)
    assert (order.state, order.payee_kind) == ("requested", "beneficiary")


def test_the_customer_acts_when_the_bank_rejected(office: Office, client: FlaskClient) -> None:
    claim_id = accepted(covered(office), client)
    ref = claim_of(office.session, claim_id).ref
    assert "保险公司" in client.get(f"/claims/{ref}").text
    [order] = orders(office.session, claim_id)
    approve(order.ref, make_member(office.session, ["finance"]).member)
    send()
    take_in(answer("R1", ("K1", order.ref, "1000.00", "REJECTED", "closed")))
    assert "请告诉我们付到哪个账户" in client.get(f"/claims/{ref}").text


@pytest.mark.rule("C-03")
def test_thirty_days_are_said_and_no_second_objection_is_offered(
    office: Office, client: FlaskClient
) -> None:
    case = covered(office)
    claim_id = medical_claim(case, client, "6000")
    reason = {"zh": "理由", "en": "Reason"}
    for number in (1, 2):
        who = make_member(office.session, ["assessor"])
        with transaction() as session:
            claim = access.lock_row(session, claim_id)
            decision = Decision("declined", {}, "other", "2", reason)
            deciding.decide(session, claim, decision, who.id, clock.now())
        office.work()
        page = client.get(f"/claims/{claim_of(office.session, claim_id).ref}").text
        assert ("已复核" in page) is (number == 2)
        told = office.session.scalars(
            select(ClaimDecision.told_at).order_by(ClaimDecision.id.desc()).limit(1)
        ).one()
        assert told is not None
        if number == 1:
            until = answering.object_until(office.session, claim_of(office.session, claim_id))
            assert until is not None
            assert clock.local_date(until).strftime("%Y年%-m月%-d日") in page
            with transaction() as session:
                claim = access.lock_row(session, claim_id)
                answering.object_to(session, claim, "Too hard", clock.now())
