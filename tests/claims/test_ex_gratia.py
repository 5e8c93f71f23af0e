"""Payments out of goodwill: two people, a letter that recognises nothing, and limits that stay as they are."""

from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy.exc import IntegrityError

from storefront import clock, files
from storefront.claims.models import ClaimExGratia
from storefront.claims.payouts.models import PayoutDue
from storefront.claims.service import access, adjudicating, case, deciding, ex_gratia, paying
from storefront.claims.service.deciding import Decision
from storefront.db import transaction
from storefront.errors import Conflict, Forbidden
from storefront.worklist.models import WorkItem
from tests.accounts.actors import enter
from tests.claims.paying import account, answer, approve, orders, send, take_in
from tests.claims.support import Case, claim_of, covered, medical_claim
from tests.policies.support import Office
from tests.staff.people import Colleague, log_in, make_member

REASON = {"zh": "不在保障范围内。", "en": "It is not covered."}


def declined(case_: Case, client: FlaskClient, amount: str = "6000") -> int:
    """A claim that a member declined, told by letter."""
    claim_id = medical_claim(case_, client, amount)
    who = make_member(case_.office.session, ["assessor"])
    with transaction() as session:
        claim = access.lock_row(session, claim_id)
        decision = Decision("declined", {}, "other", "2", REASON)
        deciding.decide(session, claim, decision, who.id, clock.now())
    case_.office.work()
    return claim_id


def asked(office: Office, claim_id: int, by: Colleague, amount: str = "800") -> ClaimExGratia:
    with transaction() as session:
        claim = access.lock_row(session, claim_id)
        wanted = ex_gratia.Wanted(Decimal(amount), "A customer of long standing")
        return ex_gratia.ask(session, claim, wanted, by.member, clock.now())


def decided(claim_id: int, row_id: int, by: Colleague, *, agree: bool = True) -> None:
    with transaction() as session:
        claim = access.lock_row(session, claim_id)
        ex_gratia.decide(session, claim, row_id, by.member, clock.now(), agree=agree, note="why")


def test_from_the_question_to_the_money(office: Office, client: FlaskClient) -> None:
    here = covered(office)
    claim_id = declined(here, client)
    ref = claim_of(office.session, claim_id).ref
    asker, agrees = (
        make_member(office.session, ["assessor"]),
        make_member(office.session, ["finance"]),
    )
    desk = log_in(office.app.test_client(), asker)
    wrong = desk.post(f"/staff/claims/{ref}/ex-gratia", data={"amount": "much", "reason": "x"})
    assert wrong.status_code == 422
    form = {"amount": "800", "reason": "A customer of long standing"}
    assert desk.post(f"/staff/claims/{ref}/ex-gratia", data=form).status_code == 303
    row = office.session.query(ClaimExGratia).one()
    work = office.session.query(WorkItem).filter_by(kind="claims.ex-gratia").one()
    assert (work.subject, work.permission, work.barred_id) == (ref, "payouts.approve", asker.id)
    address = f"/staff/claims/{ref}/ex-gratia/{row.id}"
    assert desk.post(address, data={"action": "agree"}).status_code == 403

    second = log_in(office.app.test_client(), agrees)
    assert "A customer of long standing" in second.get(f"/staff/claims/{ref}/money").text
    assert second.post(address, data={"action": "refuse"}).status_code == 422
    assert second.post(address, data={"action": "agree"}).status_code == 303
    office.work()
    assert claim_of(office.session, claim_id).decision == "declined"
    assert orders(office.session, claim_id) == []  # nobody knows where to pay to
    mail = next(one for one in office.mails() if "通融赔付" in str(one["subject"]))
    assert "800" in str(mail["text"])
    page = client.get(f"/claims/{ref}").text
    assert "¥800.00" in page
    assert "A customer of long standing" not in page
    office.session.expire_all()
    row = office.session.query(ClaimExGratia).one()
    assert row.letter_sha256 is not None
    assert files.store().get(row.letter_sha256).startswith(b"%PDF")
    letter = client.get(f"/claims/{ref}/goodwill/{row.id}.pdf")
    assert letter.mimetype == "application/pdf"
    assert client.get(f"/claims/{ref}/goodwill/{row.id + 1}.pdf").status_code == 404

    assert client.post(f"/claims/{ref}/account", data=account()).status_code == 303
    [order] = orders(office.session, claim_id)
    assert (order.due.key, order.amount) == (f"ex-gratia:{row.id}", Decimal(800))
    with pytest.raises(Forbidden):  # who asked is no second pair of eyes for the order
        approve(order.ref, asker.member)
    approve(order.ref, agrees.member)
    assert b"800.00" in send()
    take_in(answer("R1", ("K1", order.ref, "800.00", "PAID", "")))
    assert orders(office.session, claim_id)[0].state == "paid"
    assert (
        claim_of(office.session, claim_id).stage == "decided"
    )  # the refusal can be objected to still
    report = second.get("/staff/claims/ex-gratia").text
    assert ref in report
    assert report.count("¥800.00") >= 3  # agreed, paid, and in its line


def test_nobody_agrees_with_themselves(office: Office, client: FlaskClient) -> None:
    claim_id = declined(covered(office), client)
    both = make_member(office.session, ["assessor", "finance"])
    row = asked(office, claim_id, both)
    with pytest.raises(Forbidden):
        decided(claim_id, row.id, both)
    with pytest.raises(Conflict):  # one at a time
        asked(office, claim_id, both)
    with pytest.raises(IntegrityError, match="two_people"), transaction() as session:
        mine = session.get_one(ClaimExGratia, row.id)
        mine.state, mine.decided_by, mine.decided_at = "agreed", both.id, clock.now()
        session.flush()


def test_only_after_a_refusal_or_a_partial_decision(office: Office, client: FlaskClient) -> None:
    claim_id = medical_claim(covered(office), client, "1000")  # the rules approve it in full
    who = make_member(office.session, ["assessor"])
    with pytest.raises(Conflict):
        asked(office, claim_id, who)


def test_refused_goodwill_pays_and_tells_nothing(office: Office, client: FlaskClient) -> None:
    here = covered(office)
    claim_id = declined(here, client)
    row = asked(office, claim_id, make_member(office.session, ["assessor"]))
    decided(claim_id, row.id, make_member(office.session, ["manager"]), agree=False)
    office.work()
    with transaction() as session:
        claim = access.lock_row(session, claim_id)
        assert paying.waiting(session, claim) == 0
        assert session.query(PayoutDue).count() == 0
    assert not any("通融赔付" in str(mail["subject"]) for mail in office.mails())
    ref = claim_of(office.session, claim_id).ref
    enter(office.app, client, here.customer_id)
    assert "通融赔付" not in client.get(f"/claims/{ref}").text
    asked(office, claim_id, make_member(office.session, ["assessor"]))  # may be asked for anew


def test_goodwill_uses_no_limit_up(office: Office, client: FlaskClient) -> None:
    """The next claim has the whole limit, and what is due by contract is not lowered by goodwill."""
    here = covered(office)
    claim_id = declined(here, client)
    row = asked(office, claim_id, make_member(office.session, ["assessor"]), "9000")
    decided(claim_id, row.id, make_member(office.session, ["finance"]))
    ref = claim_of(office.session, claim_id).ref
    assert client.post(f"/claims/{ref}/account", data=account()).status_code == 303
    other_id = medical_claim(here, client, "6000", incident_on=here.day(1).isoformat())
    with transaction() as session:
        other = access.lock_row(session, other_id)
        assert case.of(session, other, clock.now()).used == ()
        [head] = adjudicating.adjudicated(session, other, clock.now()).heads
        assert (head.used, head.payable) == (0, Decimal(6000))
        assert paying.promised(session, access.lock_row(session, claim_id)) == 0
