"""Tickets: written on a form or by mail, answered by staff, followed by whoever wrote."""

import re
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.attachments import service as attachments
from storefront.audit.models import AuditEntry
from storefront.db import transaction
from storefront.mail import Mail
from storefront.support import intake, tickets
from storefront.support.models import Ticket, TicketMessage
from storefront.worklist.models import WorkItem
from tests.accounts.actors import enter, make_customer
from tests.attachments import samples
from tests.payments.support import new_application, new_customer
from tests.staff.people import Colleague, log_in, make_member
from tests.support.conftest import NOON, WRITER

FORM = {
    "topic": "policy",
    "subject": "Where is it?",
    "body": "I cannot find my policy.",
    "name": "Example Li",
    "email": "Writer@Example.com",
}


def mail_from(sender: str, subject: str, body: str, **headers: str) -> bytes:
    """A mail as a mail program would deliver it."""
    message = EmailMessage()
    message["From"], message["Subject"] = sender, subject
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(body)
    return message.as_bytes()


def link_in(session: Session, template: str) -> str:
    """The path of the link in the newest mail of a kind."""
    mails = session.scalars(select(Mail).where(Mail.template == template).order_by(Mail.id)).all()
    return re.sub(r"^https?://[^/]+", "", mails[-1].context["link"])


def test_a_visitor_writes_once_however_often_the_form_is_sent(
    client: FlaskClient, session: Session
) -> None:
    assert client.get("/support/new").status_code == 200

    for _ in range(2):
        answer = client.post("/support/new", data={**FORM, "form": "same"}, follow_redirects=True)
        assert answer.status_code == 200

    (ticket,) = session.scalars(select(Ticket)).all()
    assert (ticket.email, ticket.kind, ticket.state) == ("writer@example.com", "question", "open")
    assert client.get(link_in(session, "support_received")).status_code == 200


@pytest.mark.parametrize("left_out", FORM)
def test_nothing_is_lost_when_something_is_missing(
    client: FlaskClient, session: Session, left_out: str
) -> None:
    answer = client.post("/support/new", data={**FORM, left_out: ""})

    assert answer.status_code == 422
    kept = [value for key, value in FORM.items() if key not in (left_out, "topic")]
    assert all(value.lower() in answer.text.lower() for value in kept)
    assert session.scalars(select(Ticket)).all() == []


@pytest.mark.parametrize("left_out", FORM)
def test_what_is_taken_down_at_the_desk_is_complete_too(
    client: FlaskClient, session: Session, clerk: Colleague, left_out: str
) -> None:
    log_in(client, clerk)
    form = {**FORM, "kind": "question", "language": "en"}

    assert client.post("/staff/support/new", data={**form, left_out: ""}).status_code == 422
    assert session.scalars(select(Ticket)).all() == []
    assert client.post("/staff/support/new", data=form).status_code == 303
    assert session.scalars(select(Ticket)).one().email == "writer@example.com"


@pytest.mark.parametrize("path", ["/support/new", "/staff/support/new"])
def test_an_answer_needs_an_address_that_can_be_written_to(
    client: FlaskClient, session: Session, clerk: Colleague, path: str
) -> None:
    log_in(client, clerk)

    answer = client.post(path, data={**FORM, "email": "writer@", "language": "en"})

    assert answer.status_code == 422
    assert 'href="#email"' in answer.text
    assert session.scalars(select(Ticket)).all() == []


def test_what_is_taken_down_needs_a_topic_and_each_fault_is_named(
    client: FlaskClient, session: Session, clerk: Colleague
) -> None:
    client.set_cookie("language", "en")
    log_in(client, clerk)
    said = {**FORM, "kind": "question", "language": "en"}
    assert client.post("/staff/support/new", data={**said, "topic": ""}).status_code == 422
    assert session.scalars(select(Ticket)).all() == []
    empty = client.post("/staff/support/new", data={"kind": "question", "language": "en"})
    summary = empty.text.partition('id="error-summary"')[2].partition("</div>")[0]
    faults = re.findall(r'<a href="#\w+">([^<]+)</a>', summary)
    assert len(faults) == len(set(faults)) == 5


def test_a_ticket_can_be_taken_only_while_it_waits_for_somebody(
    app: Flask, client: FlaskClient, session: Session, question: Ticket, clerk: Colleague
) -> None:
    page = f"/staff/support/{question.ref}"
    log_in(client, clerk)
    assert f'action="{page}/take"' in client.get(page).text
    client.post(f"{page}/take")
    mine = client.get(page).text
    assert f'action="{page}/take"' not in mine
    assert "/give-back" in mine
    other = log_in(app.test_client(), make_member(session, ["support"]))
    assert f'action="{page}/take"' not in other.get(page).text
    assert clerk.name in other.get(page).text
    client.post(f"{page}/reply", data={"body": "Under My policies."})
    answered = client.get(page).text
    assert f'action="{page}/take"' not in answered
    assert "/give-back" not in answered


def test_staff_answer_and_the_customer_writes_again(
    client: FlaskClient, session: Session, question: Ticket, clerk: Colleague
) -> None:
    log_in(client, clerk)
    page = client.get(f"/staff/support/{question.ref}?template=document-again")
    assert page.status_code in (200, 404)
    path = f"/staff/support/{question.ref}/reply"
    assert client.post(path, data={"body": "Look here.", "action": "preview"}).status_code == 200
    assert session.scalars(select(Mail).where(Mail.template == "support_reply")).all() == []
    client.post(path, data={"body": "It is a secret note.", "action": "aside"})
    assert client.post(path, data={"body": "Under My policies."}).status_code == 303

    session.expire_all()
    assert session.get_one(Ticket, question.id).state == "waiting"
    client.post("/staff/logout")
    link = link_in(session, "support_reply")
    shown = client.get(link).text
    assert "Under My policies." in shown
    assert "secret note" not in shown
    assert client.post(link, data={"body": "Found it."}).status_code == 303

    session.expire_all()
    assert session.get_one(Ticket, question.id).state == "open"
    (work,) = session.scalars(select(WorkItem).where(WorkItem.closed_at.is_(None))).all()
    assert (work.kind, work.subject) == (tickets.WORK, question.ref)
    reads = session.scalars(select(AuditEntry.action).where(AuditEntry.subject == question.ref))
    assert {"support.read", "support.reply", "support.note"} <= set(reads)


def test_an_older_link_is_dead_and_a_foreign_ticket_is_not_found(
    app: Flask, client: FlaskClient, session: Session, question: Ticket, clerk: Colleague
) -> None:
    old = link_in(session, "support_received")
    with transaction():
        tickets.reply_by_staff(session, question, "Hello.", clerk.member, NOON)

    assert client.get(old).status_code == 404
    enter(app, client, make_customer(app))
    assert client.get(f"/support/{question.ref}").status_code == 404
    assert client.get("/support/").status_code == 200


def test_a_customer_follows_a_complaint_and_asks_for_a_review(
    app: Flask, client: FlaskClient, session: Session, clerk: Colleague
) -> None:
    enter(app, client, make_customer(app))
    answer = client.post("/complaints/new", data={**FORM, "topic": "claims", "form": "one"})
    path = answer.location
    assert client.get(path).status_code == 200
    with app.test_client() as staff_client:
        log_in(staff_client, clerk)
        ref = path.rpartition("/")[2]
        staff_client.post(
            f"/staff/support/{ref}/decide", data={"outcome": "rejected", "reasons": "As agreed."}
        )

    assert "As agreed." in client.get(path).text
    client.post(path, data={"body": "It was not agreed.", "action": "review"})
    assert session.scalars(select(Ticket)).one().complaint.stage == "review"


def test_files_come_with_the_link_and_are_seen_by_support_alone(
    app: Flask, client: FlaskClient, session: Session, question: Ticket, clerk: Colleague
) -> None:
    form = f"/attachments/of/ticket/{question.ref}/form"
    picture = samples.noisy(60, 40)

    def sent() -> int:
        data = {"purpose": "attachment", "file": (BytesIO(picture), "letter.jpg")}
        return client.post(form, data=data).status_code

    assert sent() == 404
    client.get(link_in(session, "support_received"))
    assert sent() == 303
    (file,) = attachments.of(session, "ticket", question.ref)
    assert client.get(f"/support/opened/{question.ref}").status_code == 200

    other = app.test_client()
    assert other.get(f"/support/opened/{question.ref}").status_code == 404
    assert other.get(f"/attachments/{file.ref}").status_code == 404
    page = log_in(other, clerk).get(f"/staff/support/{question.ref}").text
    assert "letter.jpg" in page


def test_a_mail_continues_its_ticket_and_is_taken_in_once(
    session: Session, question: Ticket
) -> None:
    reply = mail_from(
        "Example Li <writer@example.com>", f"Re: [{question.ref}]", "Thanks!", Message_ID="<1@x>"
    )
    with transaction():
        assert intake.take_in(session, reply, NOON) == intake.Taken("reply", question.ref)
        assert intake.take_in(session, reply, NOON) == intake.Taken("known", question.ref)

    bodies = session.scalars(
        select(TicketMessage.body)
        .where(TicketMessage.ticket_id == question.id)
        .order_by(TicketMessage.id)
    ).all()
    assert [body.strip() for body in bodies][1:] == ["Thanks!"]


def test_a_stranger_who_knows_the_number_begins_a_ticket_of_their_own(
    session: Session, question: Ticket
) -> None:
    mail = mail_from("thief@example.com", f"Re: [{question.ref}]", "Send it to me.")
    with transaction():
        taken = intake.take_in(session, mail, NOON)

    assert taken.outcome == "new"
    assert taken.ref != question.ref


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (
            mail_from("a@example.com", "Away", "I am away.", Auto_Submitted="auto-replied"),
            "machine",
        ),
        (mail_from("nobody", "Hello", "Text"), "no sender"),
        (mail_from("a@example.com", "Hello", ""), "no text"),
        (b"\xff\xfe\x00 nonsense", "no sender"),
    ],
)
def test_mails_that_are_not_taken_in(session: Session, raw: bytes, reason: str) -> None:
    taken = intake.take_in(session, raw, NOON)

    assert taken.outcome == "refused"
    assert reason in taken.reason


def test_the_command_takes_in_files(app: Flask, session: Session, tmp_path: Path) -> None:
    file = tmp_path / "one.eml"
    file.write_bytes(mail_from("a@example.com", "Hello", "<b>Text</b>"))

    result = app.test_cli_runner().invoke(args=["support", "take-in", str(file)])

    assert result.exit_code == 0
    ref = session.scalars(select(Ticket.ref)).one()
    assert f"new {ref}" in result.output


def test_the_register_is_exported_without_formulas(
    client: FlaskClient, session: Session, complaint: Ticket, question: Ticket
) -> None:
    with transaction():
        complaint.subject, complaint.about = "=HYPERLINK(1)", ["N-1", "N-2"]
    log_in(client, make_member(session, ["manager"]))
    assert client.get("/staff/complaints/").status_code == 200
    address = "/staff/lists/complaints/export"
    assert client.post(address, data={"form": "csv"}).status_code == 403

    log_in(client, make_member(session, ["compliance"]))


def test_a_ticket_is_tied_to_what_exists(
    client: FlaskClient, session: Session, question: Ticket, clerk: Colleague
) -> None:
    client.set_cookie("language", "en")
    log_in(client, clerk)
    with transaction():
        number = new_application(session, new_customer(session), clock.now()).ref
    page = f"/staff/support/{question.ref}"

    for wanted in (number, "A0000000000000"):
        client.post(f"{page}/link", data={"number": wanted})

    session.expire_all()
    assert question.about == [number]
    assert "No policy, application or claim" in client.get(page).text


def test_the_address_of_a_writer_is_masked_until_a_reason_is_given(
    client: FlaskClient, question: Ticket, clerk: Colleague
) -> None:
    log_in(client, clerk)
    page = f"/staff/support/{question.ref}"
    assert WRITER.email not in client.get(page).text

    client.post(f"/staff/unmask/ticket/{question.ref}", data={"reason": "To call back"})

    assert WRITER.email in client.get(page).text
