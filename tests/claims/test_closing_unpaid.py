"""Closing without payment, the second look by another one, and what an ordered advance means for the end."""

from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from storefront import clock
from storefront.claims.models import Claim, ClaimClock, ClaimDecision
from storefront.claims.service import access, answering, closing_unpaid, deciding, letters
from storefront.claims.service.deciding import Decision
from storefront.db import transaction
from storefront.errors import Conflict
from storefront.worklist.models import WorkItem
from tests.accounts.actors import enter
from tests.claims.paying import account, answer, approve, orders, send, take_in
from tests.claims.support import claim_of, covered, medical_claim, reported
from tests.claims.test_desk import assessor, decision, facts
from tests.policies.support import Office
from tests.staff.people import make_member

WORDS = {"zh": "误报", "en": "Reported by mistake"}
CLOSE = {"close_zh": WORDS["zh"], "close_en": WORDS["en"]}


def decide(office: Office, claim_id: int, amount: str, who: int | None = None) -> None:
    who = who or make_member(office.session, ["assessor"]).id
    made = Decision("approved", {1: Decimal(amount)})
    with transaction() as session:
        deciding.decide(session, session.get_one(Claim, claim_id), made, who, clock.now())


def object_to(claim_id: int) -> None:
    with transaction() as session:
        claim = access.lock_row(session, claim_id)
        answering.object_to(session, claim, "我不同意", clock.now())


def test_closing_needs_reasons_and_goes_out_as_a_letter_that_can_be_objected_to(
    office: Office, client: FlaskClient
) -> None:
    case = covered(office)
    claim_id = reported(case, "accident-medical")
    ref = claim_of(office.session, claim_id).ref
    _who, desk = assessor(office)
    path = f"/staff/claims/{ref}/close"
    assert desk.post(path, data={"close_zh": WORDS["zh"]}).status_code == 422
    assert desk.post(path, data=CLOSE).status_code == 303
    office.work()
    claim = claim_of(office.session, claim_id)
    assert (claim.stage, claim.decision) == ("closed", "closed_without_payment")
    row = office.session.scalars(select(ClaimDecision)).one()
    assert (row.outcome, row.amount, row.wording) == ("closed_without_payment", 0, WORDS)
    assert row.letter_sha256
    mail = next(mail for mail in office.mails() if WORDS["zh"] in str(mail["text"]))
    assert office.attachment(mail).startswith(b"%PDF-")
    enter(office.app, client, case.customer_id)
    page = client.get(f"/claims/{ref}").text
    assert WORDS["zh"] in page
    assert f"/claims/{ref}/objection" in page
    assert client.post(f"/claims/{ref}/objection", data={"reasons": "不是误报"}).status_code == 303
    assert claim_of(office.session, claim_id).stage == "documents"  # they are missing still
    running = select(ClaimClock.kind).where(ClaimClock.met_at.is_(None))
    assert list(office.session.scalars(running)) == []
    assert desk.post(path, data=CLOSE).status_code == 409


def test_who_decided_does_nothing_more_about_an_objected_claim(
    office: Office, client: FlaskClient
) -> None:
    claim_id = medical_claim(covered(office), client, "6000")
    ref = claim_of(office.session, claim_id).ref
    _first, desk = assessor(office)
    refusal = {
        "wording_zh": "理由",
        "wording_en": "Reason",
        "clause": "6.4",
        "reason_code": "illness",
    }
    answer = desk.post(f"/staff/claims/{ref}/decide", data=decision("declined", "0", **refusal))
    assert answer.status_code == 303
    object_to(claim_id)
    judged = {"verdict-identity": "accepted"}
    unfit = {"verdict-invoices": "refused", "zh-invoices": "模糊", "en-invoices": "Blurred"}
    deeds = [
        ("facts", facts()), ("heads", {"cover": "death"}), ("documents", judged),
        ("documents", unfit), ("advance", {}), ("reserve/1", {"amount": "1", "reason": "why"}),
        ("decide", decision()),
    ]  # fmt: skip
    for deed, data in deeds:
        assert desk.post(f"/staff/claims/{ref}/{deed}", data=data).status_code == 403, deed
    assert desk.post(f"/staff/claims/{ref}/close", data=CLOSE).status_code == 409
    _second, other = assessor(office)
    assert other.post(f"/staff/claims/{ref}/close", data=CLOSE).status_code == 409
    assert other.post(f"/staff/claims/{ref}/facts", data=facts()).status_code == 303
    assert other.post(f"/staff/claims/{ref}/decide", data=decision()).status_code == 303


def test_what_a_colleague_has_taken_is_taken_over_first(
    office: Office, client: FlaskClient
) -> None:
    claim_id = medical_claim(covered(office), client, "6000")
    ref = claim_of(office.session, claim_id).ref
    _one, mine = assessor(office)
    _two, theirs = assessor(office)
    item = office.session.scalars(select(WorkItem).where(WorkItem.kind == "claims.assess")).one()
    assert mine.post(f"/staff/claims/{ref}/take/{item.id}").status_code == 303
    assert theirs.post(f"/staff/claims/{ref}/decide", data=decision()).status_code == 409
    assert theirs.post(f"/staff/claims/{ref}/close", data=CLOSE).status_code == 409
    assert mine.post(f"/staff/claims/{ref}/give-back/{item.id}").status_code == 303
    assert theirs.post(f"/staff/claims/{ref}/decide", data=decision()).status_code == 303


def test_a_claim_with_an_ordered_payment_is_not_closed_without_one(
    office: Office, client: FlaskClient
) -> None:
    claim_id = medical_claim(covered(office), client, "6000")
    _first, desk = assessor(office)
    ref = claim_of(office.session, claim_id).ref
    assert desk.post(f"/staff/claims/{ref}/advance").status_code == 303
    assert desk.post(f"/staff/claims/{ref}/close", data=CLOSE).status_code == 409
    client.post(f"/claims/{ref}/account", data=account())
    [ordered] = orders(office.session, claim_id)
    assert ordered.state == "requested"
    with pytest.raises(Conflict), transaction() as session:
        claim = access.lock_row(session, claim_id)
        who = make_member(office.session, ["assessor"]).id
        closing_unpaid.close_without_payment(session, claim, WORDS, who, clock.now())


def test_an_agreed_claim_waits_for_the_advance_that_is_only_ordered(
    office: Office, client: FlaskClient
) -> None:
    claim_id = medical_claim(covered(office), client, "6000")
    ref = claim_of(office.session, claim_id).ref
    decide(office, claim_id, "6000")
    object_to(claim_id)
    client.post(f"/claims/{ref}/account", data=account())
    decide(office, claim_id, "6000")
    client.post(f"/claims/{ref}/account", data=account())
    claim = claim_of(office.session, claim_id)
    paid = select(ClaimClock).where(ClaimClock.kind == "paid")
    assert (claim.stage, office.session.scalars(paid).one().met_at) == ("paying", None)
    living = [row for row in orders(office.session, claim_id) if row.state == "requested"]
    [order] = living
    approve(order.ref, make_member(office.session, ["finance"]).member)
    send()
    take_in(answer("R1", ("K1", order.ref, "6000.00", "PAID", "")))
    assert claim_of(office.session, claim_id).stage == "closed"


def test_who_decided_the_amount_does_not_approve_what_is_paid_ahead_of_it(
    office: Office, client: FlaskClient
) -> None:
    claim_id = medical_claim(covered(office), client, "6000")
    ref = claim_of(office.session, claim_id).ref
    who, desk = assessor(office, "finance")
    decide(office, claim_id, "6000", who.id)
    object_to(claim_id)
    client.post(f"/claims/{ref}/account", data=account())
    [order] = orders(office.session, claim_id)
    assert order.requested_by == who.id
    assert desk.post(f"/staff/payouts/{order.ref}/approve").status_code == 403


def test_a_letter_shows_the_arithmetic_of_its_own_decision(
    office: Office, client: FlaskClient
) -> None:
    claim_id = medical_claim(covered(office), client, "6000")
    decide(office, claim_id, "6000")
    object_to(claim_id)
    with transaction() as session:
        claim = access.lock_row(session, claim_id)
        head = claim.heads[0]
        head.claimed = Decimal(7000)
    decide(office, claim_id, "7000")
    claim = claim_of(office.session, claim_id)
    rows = office.session.scalars(select(ClaimDecision).order_by(ClaimDecision.number)).all()
    shown = [letters.parts(office.session, claim, row)[0].payable for row in rows]
    assert shown == [Decimal(6000), Decimal(7000)]


def test_the_time_to_decide_begins_once_the_documents_of_a_reopened_claim_are_there(
    office: Office, client: FlaskClient
) -> None:
    claim_id = reported(covered(office), "accident-medical")
    who = make_member(office.session, ["assessor"]).id
    with transaction() as session:
        closing_unpaid.close_without_payment(
            session, access.lock_row(session, claim_id), WORDS, who, clock.now()
        )
    with transaction() as session:
        claim = access.lock_row(session, claim_id)
        answering.reopen(session, claim, "It was no mistake", who, clock.now())
    assert claim_of(office.session, claim_id).stage == "documents"
    decisions = select(ClaimClock).where(ClaimClock.kind == "decision")
    assert office.session.scalars(decisions).all() == []
    assert office.session.scalars(select(WorkItem).where(WorkItem.closed_at.is_(None))).all() == []
