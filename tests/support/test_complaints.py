"""Complaints: their clocks, extensions, decision and review (Q-01)."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.db import transaction
from storefront.errors import Forbidden, Refused
from storefront.mail import Mail
from storefront.support import complaints, rules, tickets
from storefront.support.models import Complaint, Ticket
from storefront.worklist import service as worklist
from storefront.worklist.models import WorkItem
from tests.staff.people import Colleague
from tests.support.conftest import NOON

VERDICT = complaints.Verdict("partly", "We answered two days late and are sorry.")


def local(moment: datetime) -> date:
    """The last day on which something may still be done."""
    return clock.local_date(moment - timedelta(seconds=1))


def open_work(session: Session, ref: str) -> list[WorkItem]:
    return list(
        session.scalars(
            select(WorkItem).where(WorkItem.subject == ref, WorkItem.closed_at.is_(None))
        )
    )


@pytest.mark.rule("Q-01")
def test_clocks_begin_with_the_complaint(session: Session, complaint: Ticket) -> None:
    row = session.get_one(Complaint, complaint.id)

    assert local(row.contact_due) == date(2026, 11, 23)  # Monday: one working day after a Friday
    assert local(row.decision_due) == date(2026, 12, 5)
    (work,) = open_work(session, complaint.ref)
    assert (work.kind, work.permission, work.due_at) == (
        complaints.WORK, "complaints", row.contact_due,
    )  # fmt: skip


@pytest.mark.rule("Q-01")
def test_the_first_contact_is_due_after_a_holiday() -> None:
    eve = date(2026, 9, 30)  # the National Day holiday lasts until 7 October

    assert rules.contact_day(eve, clock.add_working_days) == date(2026, 10, 8)


def test_an_answer_is_the_first_contact(
    session: Session, complaint: Ticket, clerk: Colleague
) -> None:
    with transaction():
        tickets.reply_by_staff(session, complaint, "I look after it.", clerk.member, NOON)

    row = session.get_one(Complaint, complaint.id)
    assert (row.stage, row.contacted_at) == ("contacted", NOON)
    (work,) = open_work(session, complaint.ref)
    assert work.due_at == row.decision_due


@pytest.mark.rule("Q-01")
def test_extended_twice_and_not_a_third_time(
    session: Session, complaint: Ticket, clerk: Colleague
) -> None:
    for expected in (date(2027, 1, 4), date(2027, 2, 3)):
        with transaction():
            complaints.extend(session, complaint, "An expert is asked.", clerk.member, NOON)
        assert local(session.get_one(Complaint, complaint.id).decision_due) == expected

    with pytest.raises(Refused), transaction():
        complaints.extend(session, complaint, "Once more.", clerk.member, NOON)
    told = session.scalars(select(Mail).where(Mail.template == "complaint_extended")).all()
    assert [mail.context["reasons"] for mail in told] == ["An expert is asked."] * 2


@pytest.mark.rule("Q-01")
def test_who_decided_does_not_review(
    session: Session, complaint: Ticket, clerk: Colleague, other_clerk: Colleague
) -> None:
    with transaction():
        complaints.decide(session, complaint, VERDICT, clerk.member, NOON)
    with transaction():
        complaints.ask_review(session, complaint, "I do not agree.", NOON)
    (work,) = open_work(session, complaint.ref)
    assert (work.kind, work.barred_id, local(work.due_at)) == (
        complaints.REVIEW, clerk.id, date(2026, 12, 20),
    )  # fmt: skip

    with pytest.raises(Forbidden), transaction():
        complaints.decide(session, complaint, VERDICT, clerk.member, NOON)
    with transaction():
        upheld = complaints.Verdict("upheld", "You were right.")
        complaints.decide(session, complaint, upheld, other_clerk.member, NOON)

    row = session.get_one(Complaint, complaint.id)
    assert (row.stage, row.outcome, row.review_outcome) == ("reviewed", "partly", "upheld")
    assert open_work(session, complaint.ref) == []
    with pytest.raises(Refused), transaction():
        complaints.ask_review(session, complaint, "Again.", NOON)


def test_decided_once(session: Session, complaint: Ticket, clerk: Colleague) -> None:
    with transaction():
        complaints.decide(session, complaint, VERDICT, clerk.member, NOON)
    with pytest.raises(Refused), transaction():
        complaints.decide(session, complaint, VERDICT, clerk.member, NOON)

    letters = session.scalars(select(Mail).where(Mail.template == "complaint_decided")).all()
    assert len(letters) == 1


@given(st.lists(st.sampled_from(["contacted", "decided", "review", "reviewed"]), max_size=8))
def test_stages_only_go_forward(wanted: list[str]) -> None:
    order = ["received", "contacted", "decided", "review", "reviewed"]
    stage = "received"
    for following in wanted:
        try:
            after = rules.next_stage(stage, following)
        except rules.ForbiddenStage:
            continue
        assert order.index(after) > order.index(stage)
        stage = after


def test_a_complaint_ends_with_its_decision_and_not_before(
    session: Session, complaint: Ticket, clerk: Colleague
) -> None:
    with pytest.raises(Refused), transaction():
        tickets.close(session, complaint, clerk.member, NOON)
    with transaction():
        complaints.decide(session, complaint, VERDICT, clerk.member, NOON)
    with transaction():
        tickets.close(session, complaint, clerk.member, NOON)

    assert complaint.state == "closed"


def test_a_complaint_that_was_answered_is_read(
    session: Session, complaint: Ticket, clerk: Colleague
) -> None:
    with transaction():
        worklist.note_unread(session, complaints.WORK, complaint.ref)
    with transaction():
        tickets.reply_by_staff(session, complaint, "We look into it.", clerk.member, NOON)

    assert [item.unread for item in open_work(session, complaint.ref)] == [False]
