"""The customer page: everything in one place, masked; unmasking, editing and closing leave their traces."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.accounts.models import AccountToken, Customer
from storefront.accounts.service import logins, people
from storefront.audit.models import AuditEntry
from storefront.db import transaction
from storefront.identity import parse_id_number
from storefront.mail import Mail
from tests.people import CHILD, HOLDER
from tests.policies.support import Office, new_customer
from tests.staff.conftest import colleague, desk  # noqa: F401 - fixtures
from tests.staff.people import log_in, make_member, post

MOBILE = "13912345678"


@pytest.fixture
def customer(app: Flask, session: Session) -> Customer:
    """A customer with particulars, a person saved, a login and a policy."""
    now = clock.now()
    with transaction():
        row = new_customer(session)
        number = parse_id_number(HOLDER.id_number, clock.local_date(now))
        people.save_profile(row, HOLDER.name, number, MOBILE)
        child = parse_id_number(CHILD.id_number, clock.local_date(now))
        people.save_person(
            session, row.id, people.PersonDetails(CHILD.name, "child", child, None), now
        )
        people.record_consent(session, row.id, "Words.", now)
        logins.open_session(session, row, "Somebody's browser", now)
    Office(app, session, None).keep(b"%PDF-1.7", "N-0001", "V0123456789ABC", customer=row)  # type: ignore[arg-type]
    return row


def deeds(session: Session, action: str) -> list[AuditEntry]:
    session.rollback()
    found = select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id)
    return list(session.scalars(found))


def test_everything_stands_there_masked(desk: FlaskClient, customer: Customer) -> None:  # noqa: F811
    page = desk.get(f"/staff/customers/{customer.id}").text

    for there in (
        HOLDER.name,
        CHILD.name,
        "N-0001",
        "Light Travel Accident (Internet)",
        "139****5678",
    ):
        assert there in page
    for hidden in (MOBILE, HOLDER.id_number, CHILD.id_number, customer.email):
        assert hidden not in page


def test_unmasked_for_a_reason_and_ten_minutes(
    desk: FlaskClient,  # noqa: F811
    session: Session,
    customer: Customer,
) -> None:
    address = f"/staff/customers/{customer.id}"
    assert desk.post(f"{address}/unmask", data={"reason": " "}).status_code == 422
    assert not deeds(session, "customer.unmask")

    post(desk, address + "/unmask", reason="The customer calls")
    page = desk.get(address).text

    for shown in (MOBILE, HOLDER.id_number, CHILD.id_number, customer.email):
        assert shown in page
    assert [row.reason for row in deeds(session, "customer.unmask")] == ["The customer calls"]
    assert [row.after["clear"] for row in deeds(session, "customer.read")][-1] is True
    with time_machine.travel(clock.now() + timedelta(minutes=11), tick=True):
        assert MOBILE not in desk.get(address).text


def test_what_one_unmasked_another_does_not_see(
    desk: FlaskClient,  # noqa: F811
    session: Session,
    customer: Customer,
) -> None:
    address = f"/staff/customers/{customer.id}"
    post(desk, address + "/unmask", reason="The customer calls")
    log_in(desk, make_member(session, ["manager"]))

    page = desk.get(address).text

    assert MOBILE not in page
    assert "/unmask" not in page


def test_contact_data_change_with_mails_and_audit(
    desk: FlaskClient,  # noqa: F811
    session: Session,
    customer: Customer,
) -> None:
    address, old = f"/staff/customers/{customer.id}/edit", customer.email
    answer = post(
        desk, address, name=HOLDER.name, mobile="13700000000", email="new@example.com",
        reason="Asked by telephone",
    )  # fmt: skip
    assert answer.status_code == 303

    entry = deeds(session, "customer.edit")[0]
    assert entry.before == {"mobile": MOBILE, "email": old}
    assert entry.after == {"mobile": "13700000000", "email": "new@example.com"}
    session.refresh(customer)
    assert (customer.mobile, customer.email) == ("13700000000", old)
    sent = sorted((row.recipient, row.template) for row in session.scalars(select(Mail)))
    assert ("new@example.com", "account_email_new") in sent
    assert (old, "account_email_old") in sent
    assert (old, "account_details_changed") in sent
    assert len(session.scalars(select(AccountToken)).all()) == 2


def test_the_contact_form_asks_for_a_reason_before_it_shows_anything(
    desk: FlaskClient,  # noqa: F811
    session: Session,
    customer: Customer,
) -> None:
    asked = desk.get(f"/staff/customers/{customer.id}/edit")
    assert MOBILE not in asked.text
    page = desk.get(asked.location)
    assert MOBILE not in page.text
    assert desk.post(asked.location, data={"reason": " "}).status_code == 422
    assert not deeds(session, "customer.unmask")

    answer = desk.post(asked.location, data={"reason": "The customer calls"})

    assert MOBILE in desk.get(answer.location).text
    assert [row.reason for row in deeds(session, "customer.unmask")] == ["The customer calls"]


@pytest.mark.parametrize("changes", [{"mobile": "12"}, {"email": "x"}, {"reason": ""}])
def test_a_wrong_contact_form_changes_nothing(
    desk: FlaskClient,  # noqa: F811
    session: Session,
    customer: Customer,
    changes: dict[str, str],
) -> None:
    form = {"name": "X", "mobile": MOBILE, "email": "new@example.com", "reason": "Asked", **changes}
    answer = post(desk, f"/staff/customers/{customer.id}/edit", **form)

    assert answer.status_code == 422
    session.expire_all()
    assert customer.name == HOLDER.name


@pytest.mark.rule("E-04")
def test_closing_shows_the_report_and_ends_all_use(
    desk: FlaskClient,  # noqa: F811
    session: Session,
) -> None:
    with transaction():
        row = new_customer(session)
        row.name, row.mobile = HOLDER.name, MOBILE
        logins.open_session(session, row, "x", clock.now())
    address = f"/staff/customers/{row.id}/close"
    assert post(desk, address, reason="Asked").status_code == 422  # not ticked

    page = post(desk, address, reason="Asked by letter", understood="y")

    assert "The account is closed" in page.text
    session.expire_all()
    assert row.closed_at is not None
    assert row.name is None
    assert [entry.reason for entry in deeds(session, "customer.close")] == ["Asked by letter"]
    assert post(desk, address, reason="Asked again", understood="y").status_code == 409


def test_who_may_not_read_contracts_sees_none(
    desk: FlaskClient,  # noqa: F811
    session: Session,
    customer: Customer,
) -> None:
    log_in(desk, make_member(session, ["underwriter"]))
    page = desk.get(f"/staff/customers/{customer.id}").text

    assert "N-0001" in page
    assert "<h2>Claims</h2>" not in page
    assert "<h2>Payments</h2>" not in page
    assert desk.get("/staff/customers/999999").status_code == 404
