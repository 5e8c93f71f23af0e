"""The policy page: versions, documents, payments, notes that stay, the document once more, failed jobs."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from storefront import clock, jobs
from storefront.audit.models import AuditEntry
from storefront.crypto import new_reference
from storefront.customers.models import PolicyNote
from storefront.db import transaction
from storefront.mail import Mail
from storefront.policies.models import Policy
from storefront.support import tickets
from tests.people import HOLDER
from tests.policies.support import Office
from tests.staff.conftest import colleague, desk  # noqa: F401 - fixtures
from tests.staff.people import log_in, make_member

NUMBER = "N-0001"
ADDRESS = f"/staff/policies/{NUMBER}"


@pytest.fixture
def office(app: Flask, session: Session) -> Office:
    """The shop with its products on sale."""
    return Office(app, session, None)  # type: ignore[arg-type]


@pytest.fixture
def policy(office: Office) -> Policy:
    """A policy in force with a document."""
    return office.keep(b"%PDF-1.7", NUMBER, new_reference("V"))


def fail(session: Session, name: str, **arguments: int) -> int:
    """A job that gave up."""
    with transaction():
        jobs.defer(session, jobs.queue.tasks[name], **arguments)
        job_id: int = session.scalars(text("select max(id) from procrastinate_jobs")).one()
        for state in ("doing", "failed"):
            session.execute(
                text(f"update procrastinate_jobs set status = '{state}' where id = :id"),  # noqa: S608
                {"id": job_id},
            )
    return job_id


def state_of(session: Session, job_id: int) -> str:
    query = text("select status from procrastinate_jobs where id = :id")
    session.rollback()
    return str(session.scalar(query, {"id": job_id}))


def test_everything_stands_there(desk: FlaskClient, policy: Policy) -> None:  # noqa: F811
    page = desk.get(ADDRESS).text

    for there in (NUMBER, HOLDER.name, "New business", "Paid", "1 KB"):
        assert there in page
    assert HOLDER.id_number not in page
    assert f"/staff/evidence/{policy.application.ref}" in page


def test_what_was_written_about_it_shows(
    desk: FlaskClient,  # noqa: F811
    policy: Policy,
) -> None:
    writer = tickets.Writer(HOLDER.name, "writes@example.com", "en", policy.customer_id)
    with transaction() as session:
        for subject, about in (("Whose name is it?", (NUMBER,)), ("Other matters", ())):
            letter = tickets.Letter("question", "policy", subject, "Words", about)
            tickets.open_ticket(session, writer, letter, clock.now())
    page = desk.get(ADDRESS).text
    assert "Whose name is it?" in page
    assert "Other matters" not in page


def test_a_policy_without_number_is_found_by_its_application(
    desk: FlaskClient,  # noqa: F811
    office: Office,
) -> None:
    row = office.begin()

    assert desk.get(f"/staff/policies/{row.application.ref}").status_code == 200
    assert desk.get("/staff/policies/nothing").status_code == 404


def test_the_document_is_read_and_audited(
    desk: FlaskClient,  # noqa: F811
    session: Session,
    policy: Policy,
) -> None:
    address = f"{ADDRESS}/documents/{policy.documents[0].id}.pdf"

    asked = desk.get(address)
    assert b"%PDF" not in asked.data
    answer = desk.post(asked.location, data={"reason": "The customer asks what it says"})
    assert answer.location.startswith(address)
    assert desk.get(address).data == b"%PDF-1.7"
    session.rollback()
    assert session.scalars(
        select(AuditEntry.subject).where(AuditEntry.action == "policy.document")
    ).all() == [NUMBER]
    assert desk.get(f"{ADDRESS}/documents/999.pdf").status_code == 404
    log_in(desk, make_member(session, ["finance"]))
    assert desk.get(address).status_code == 403


def test_notes_stay_as_they_are(desk: FlaskClient, session: Session, policy: Policy) -> None:  # noqa: F811
    assert desk.post(f"{ADDRESS}/notes", data={"body": " "}).status_code == 422
    desk.post(f"{ADDRESS}/notes", data={"body": "Called <b>back</b>"})

    assert "Called &lt;b&gt;back&lt;/b&gt;" in desk.get(ADDRESS).text
    session.rollback()
    row = session.scalars(select(PolicyNote)).one()
    assert "Called" not in session.scalars(text("select body from policy_note")).one()
    row.body = "other"
    with pytest.raises(DBAPIError, match="never changed"):
        session.flush()
    session.rollback()


def test_the_document_goes_out_again_once_per_wish(
    desk: FlaskClient,  # noqa: F811
    session: Session,
    policy: Policy,
) -> None:
    address, wish = f"{ADDRESS}/issue-again", new_reference("W")

    def mails() -> int:
        session.rollback()
        return len(session.scalars(select(Mail).where(Mail.template == "policy_issued")).all())

    before = mails()
    for _ in range(2):
        assert desk.post(address, data={"wish": wish}).status_code == 303
    assert mails() == before + 1
    desk.post(address, data={"wish": new_reference("W")})
    assert mails() == before + 2
    assert desk.post(address, data={"wish": "x"}).status_code == 422


def test_a_missing_document_is_made(
    desk: FlaskClient,  # noqa: F811
    session: Session,
    policy: Policy,
) -> None:
    with transaction():
        session.delete(policy.documents[0])
    desk.post(f"{ADDRESS}/issue-again", data={"wish": new_reference("W")})

    session.rollback()
    waiting = session.scalars(
        text("select task_name from procrastinate_jobs where status = 'todo'")
    )
    assert "policies.render" in waiting.all()


def test_failed_jobs_of_this_policy_run_again(
    desk: FlaskClient,  # noqa: F811
    session: Session,
    policy: Policy,
) -> None:
    own = fail(session, "policies.render", policy_id=policy.id)
    other = fail(session, "policies.render", policy_id=policy.id + 1)
    mail_id = session.scalars(select(Mail.id).where(Mail.template == "policy_issued")).one()
    mailing = fail(session, "mail.send", mail_id=mail_id)
    with transaction():
        session.get_one(Mail, mail_id).key = f"policy:{policy.id}:again:wish"

    page = desk.get(ADDRESS).text
    assert f"/jobs/{own}/retry" in page
    assert f"/jobs/{mailing}/retry" in page
    assert f"/jobs/{other}/retry" not in page
    desk.post(f"{ADDRESS}/jobs/{own}/retry")
    assert state_of(session, own) == "todo"
    assert desk.post(f"{ADDRESS}/jobs/{other}/retry").status_code == 404
    assert state_of(session, other) == "failed"
