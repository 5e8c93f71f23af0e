"""Referred applications: the queue, decisions of every kind, questions, and what they leave behind."""

from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session
from time_machine import travel

from storefront import clock
from storefront.applications.decisions import history, questions, referral, work
from storefront.applications.decisions.referral import Desk
from storefront.audit.models import AuditEntry
from storefront.catalog.definition import Exclusion, Text
from storefront.db import transaction
from storefront.errors import Conflict, Forbidden
from storefront.evidence import service as evidence
from storefront.evidence.models import EvidenceRecord
from storefront.underwriting.ruling import Ruling, RulingInvalid
from storefront.underwriting.terms import Terms, Until
from storefront.worklist import service as worklist
from storefront.worklist.models import WorkItem
from tests.applications.conftest import stored
from tests.applications.underwriting import (
    REASON,
    REFERRED,
    accept,
    correct,
    drafted,
    life,
    mails,
    rule,
)
from tests.staff.people import make_member
from tests.visitor import Visitor

NOTE = "The readings you sent are in order."
KNEE = Exclusion(code="knee", text=Text(zh="-", en="The left knee is not covered."))
LOADED = Ruling("loaded", REASON, "", (Terms(0, percent=Decimal(75)),))
EXCLUDED = Ruling("excluded", REASON, "", (Terms(0, exclusions=(KNEE,)),))
POSTPONED = Ruling("postponed", REASON, NOTE, (), Until(6))
DECLINED = Ruling("declined", REASON, NOTE)


def items(session: Session) -> list[WorkItem]:
    session.expire_all()
    return list(session.scalars(select(WorkItem).order_by(WorkItem.id)))


def test_a_referral_opens_a_piece_of_work_due_in_working_days(
    session: Session, buyer: Visitor
) -> None:
    ref = life(buyer, REFERRED)
    [item] = items(session)
    assert (item.kind, item.subject, item.permission) == (work.REFERRAL, ref, "underwriting")
    assert item.priority == worklist.NORMAL
    today = clock.local_date(clock.now())
    assert clock.local_date(item.due_at) == clock.add_working_days(today, 3)


@pytest.mark.parametrize(
    ("ruling", "state", "template"),
    [
        (Ruling("standard", REASON, NOTE), "accepted", "underwriting_accepted"),
        (LOADED, "counter_offered", "underwriting_offer"),
        (EXCLUDED, "counter_offered", "underwriting_offer"),
        (POSTPONED, "postponed", "underwriting_refused"),
        (DECLINED, "declined", "underwriting_refused"),
    ],
)
def test_each_decision_leads_to_its_state_and_tells_the_customer(
    session: Session, buyer: Visitor, ruling: Ruling, state: str, template: str
) -> None:
    ref = life(buyer, REFERRED)
    member = make_member(session, ["underwriter"])
    rule(ref, ruling, member.member)

    assert stored(ref).state == state
    assert len(mails(session, template)) == 1
    assert all(item.closed_at and item.closed_by_id == member.id for item in items(session))
    row = history.latest(session, stored(ref))
    assert row is not None
    assert (row.by_person, row.member_id, row.reasons) == (True, member.id, REASON)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "underwriting.decide"))
    assert entry.one().reason == REASON
    records = session.scalars(
        select(EvidenceRecord)
        .where(EvidenceRecord.chain == ref, EvidenceRecord.kind == "decided")
        .order_by(EvidenceRecord.position)
    ).all()
    assert [record.actor for record in records] == ["storefront", f"staff:{member.id}"]
    assert evidence.faults_in_chain(session, ref) == []
    page = buyer.get(f"/applications/{ref}").text
    assert REASON not in page
    if ruling.note:
        assert ruling.note in page or state == "accepted"


def test_refer_decide_accept_and_the_price_holds(session: Session, buyer: Visitor) -> None:
    ref = life(buyer, REFERRED)
    standard = stored(ref).premium
    assert standard is not None
    rule(ref, LOADED)
    accept(buyer, ref)
    application = stored(ref)
    assert application.state == "accepted"
    assert application.premium is not None
    assert abs(application.premium - standard * Decimal("1.75")) <= Decimal("0.005")


@pytest.mark.parametrize(
    ("ruling", "field"),
    [
        (Ruling("standard", "ok"), "reasons"),
        (Ruling("loaded", REASON), "percent-0"),
        (Ruling("excluded", REASON, "", (Terms(0, percent=Decimal(5)),)), "exclusions-0"),
        (Ruling("postponed", REASON, NOTE), "months"),
        (Ruling("declined", REASON), "note"),
        (Ruling("standard", REASON, "", (Terms(0, percent=Decimal(5)),)), "outcome"),
        (Ruling("loaded", REASON, "", (Terms(0, percent=Decimal(501)),)), "percent-0"),
        (Ruling("better", REASON), "outcome"),
        (Ruling("declined", REASON, NOTE, (), Until(6)), "months"),
    ],
)
def test_a_decision_that_lacks_something_is_not_taken(
    session: Session, buyer: Visitor, ruling: Ruling, field: str
) -> None:
    ref = life(buyer, REFERRED)
    with pytest.raises(RulingInvalid) as invalid:
        rule(ref, ruling)
    assert field in [name for name, _slug in invalid.value.faults]
    assert stored(ref).state == "referred"


def test_who_may_decide(session: Session, buyer: Visitor) -> None:
    ref = life(buyer, REFERRED)
    first, second = (make_member(session, ["underwriter"]).member for _number in range(2))
    with transaction():
        worklist.take(session, items(session)[0].id, first, clock.now())
    with pytest.raises(worklist.TakenAlready):
        rule(ref, DECLINED, second)
    rule(ref, DECLINED, first)
    with pytest.raises(Conflict):
        rule(ref, LOADED, first)


def test_above_the_authority_a_team_leader_decides(
    session: Session, buyer: Visitor, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = life(buyer, REFERRED)
    monkeypatch.setattr(app.extensions["settings"], "underwriting_authority_yuan", "99999")
    with pytest.raises(Forbidden):
        rule(ref, DECLINED, make_member(session, ["underwriter"]).member)
    rule(ref, DECLINED, make_member(session, ["underwriter", "manager"]).member)
    assert stored(ref).state == "declined"


def test_a_question_is_asked_answered_and_marked_unread(session: Session, buyer: Visitor) -> None:
    ref = life(buyer, REFERRED)
    with transaction():
        questions.ask(session, drafted(session, ref), None, "Since when do you know of it?")
    assert len(mails(session, "underwriting_question")) == 1
    assert "Since when" not in str(mails(session, "underwriting_question")[0].context)
    assert f"/applications/{ref}/questions" in buyer.get(f"/applications/{ref}").text
    assert "Since when do you know of it?" in buyer.get(f"/applications/{ref}/questions").text
    assert buyer.post(f"/applications/{ref}/questions", {"text": " "}).status_code == 422

    buyer.get(f"/applications/{ref}/questions")
    buyer.post(f"/applications/{ref}/questions", {"text": "Since last spring."})

    assert [item.unread for item in items(session)] == [True]
    kinds = [(row.kind, row.text) for row in questions.thread(session, stored(ref))]
    assert kinds[1] == ("answer", "Since last spring.")
    rule(ref, DECLINED)
    buyer.post(f"/applications/{ref}/questions", {"text": "One more thing."})
    assert buyer.page.status_code == 409


def test_what_a_person_decided_stands_for_a_new_first_day(session: Session, buyer: Visitor) -> None:
    ref = life(buyer, REFERRED)
    rule(ref, LOADED)
    buyer.get(f"/applications/{ref}")
    buyer.post(f"/applications/{ref}/reopen", {})
    later = str(clock.local_date(clock.now()) + timedelta(days=20))
    application = stored(ref)
    answers = {key: str(value) for key, value in application.answers.items()}
    buyer.step(ref, "cover", **{**answers, "start_date": later})
    buyer.step(ref, "summary", summary="yes")

    assert stored(ref).state == "counter_offered", buyer.problems()
    row = history.latest(session, stored(ref))
    assert row is not None
    assert not row.by_person
    assert row.outcome == "loaded"
    buyer.post(f"/applications/{ref}/reopen", {})
    with travel(clock.now() + timedelta(days=31)):
        buyer.log_in("buyer@example.com", "a long pass phrase 42")
        assert stored(ref).state == "draft"


@pytest.mark.rule("S-03")
def test_a_corrected_declaration_is_underwritten_anew(session: Session, buyer: Visitor) -> None:
    ref = life(buyer, {})
    accepted = stored(ref).premium
    correct(buyer, ref, **{"p0.heavy-smoking": "yes"})
    application = stored(ref)
    assert application.state == "counter_offered"
    assert application.premium != accepted
    accept(buyer, ref)
    correct(buyer, ref, **{"p0.heavy-smoking": "yes", "p0.tumour": "yes"})
    assert stored(ref).state == "declined"
    causes = [row.cause for row in history.decisions_of(session, stored(ref))]
    assert causes == ["submission", "correction", "correction"]


@pytest.mark.rule("S-03")
def test_an_answer_taken_back_goes_to_a_person(session: Session, buyer: Visitor) -> None:
    ref = life(buyer, {"p0.heavy-smoking": "yes"})
    correct(buyer, ref)
    assert stored(ref).state == "referred"
    [item] = items(session)
    assert item.kind == work.REFERRAL
    rule(ref, Ruling("standard", REASON))
    assert stored(ref).state == "accepted"


def test_the_same_answers_again_change_nothing(session: Session, buyer: Visitor) -> None:
    ref = life(buyer, REFERRED)
    correct(buyer, ref, **REFERRED)
    assert len(history.decisions_of(session, stored(ref))) == 1
    buyer.get(f"/applications/{ref}/declaration")
    buyer.post(f"/applications/{ref}/declaration", {"revision": "0", "health": "yes"})
    assert buyer.page.status_code == 409


def test_after_the_payment_the_declaration_is_closed(session: Session, buyer: Visitor) -> None:
    ref = life(buyer, {})
    with transaction():
        application = drafted(session, ref).application
        application.state = "paid"
    page = buyer.get(f"/applications/{ref}/declaration").text
    assert "p0.tumour" not in page
    buyer.post(f"/applications/{ref}/declaration", {"revision": "1", "health": "yes"})
    assert buyer.page.status_code == 409
    assert stored(ref).state == "paid"


def test_what_was_decided_and_why_is_never_in_the_clear(session: Session, buyer: Visitor) -> None:
    ref = life(buyer, {"p0.tumour": "yes", "p0.dangerous-sport": "yes"})
    decision = stored(ref).decision
    assert [item["rule"] for item in decision["findings"]] == ["tumour", "dangerous-sport"]
    for row in session.execute(text("select a::text from application a")).scalars():
        assert "tumour" not in row
        assert "dangerous-sport" not in row
        assert "declined" in row  # the state, which lists are sorted by


def test_answers_and_reasons_are_never_in_the_clear(session: Session, buyer: Visitor) -> None:
    ref = life(buyer, {**REFERRED, "p0.further-examination": "yes",
                       "p0.further-examination-detail": "shadow on the left lung"})  # fmt: skip
    with transaction():
        questions.ask(session, drafted(session, ref), None, "A question about the lung")
        referral.decide(session, drafted(session, ref), Desk(), DECLINED)
    for table in ("application", "underwriting_decision", "underwriting_message", "mail"):
        rows = session.execute(text(f"select t::text from {table} t")).scalars()  # noqa: S608
        for row in rows:
            assert "shadow on" not in row
            assert "about the lung" not in row
            assert REASON not in row
