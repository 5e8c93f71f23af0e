"""The pages of an application and of a payment, to read only, and the way from a customer to everything."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.accounts.models import Customer
from storefront.audit.models import AuditEntry
from storefront.customers import record
from storefront.db import transaction
from storefront.payments.models import Payment
from storefront.policies.models import Policy
from tests.payments.support import new_application
from tests.people import HOLDER
from tests.policies.support import Office, new_customer
from tests.staff.people import log_in, make_member
from tests.staff.test_pages_queries import MOST, counted


@pytest.fixture
def policy(app: Flask, session: Session) -> Policy:
    """A policy with the application and the payment before it."""
    with transaction():
        customer = new_customer(session)
    Office(app, session, None).keep(b"%PDF-1.7", "N-0001", "V0123456789ABC", customer=customer)  # type: ignore[arg-type]
    return session.scalars(select(Policy)).one()


def deeds(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


@pytest.mark.parametrize("role", ["support", "assessor", "compliance", "manager"])
def test_who_does_not_underwrite_reads_an_application(
    client: FlaskClient, session: Session, policy: Policy, role: str
) -> None:
    log_in(client, make_member(session, [role]))
    ref = policy.application.ref

    page = client.get(f"/staff/applications/{ref}").text

    assert HOLDER.name in page
    assert HOLDER.id_number not in page
    assert HOLDER.mobile not in page
    assert "N-0001" in page
    assert f"/staff/underwriting/{ref}" not in page
    assert "application.read" in deeds(session)
    assert f"/staff/applications/{ref}" in client.get("/staff/lists/applications").text


def test_an_application_whose_content_was_erased_can_be_read(
    client: FlaskClient, session: Session, policy: Policy
) -> None:
    log_in(client, make_member(session, ["compliance"]))
    with transaction():
        policy.application.answers = {}
        policy.application.parties = {}

    assert client.get(f"/staff/applications/{policy.application.ref}").status_code == 200


def test_an_underwriter_comes_from_there_to_the_case(
    client: FlaskClient, session: Session, policy: Policy
) -> None:
    log_in(client, make_member(session, ["underwriter"]))
    ref = policy.application.ref

    assert f"/staff/underwriting/{ref}" in client.get(f"/staff/applications/{ref}").text


def test_a_payment_has_a_page(client: FlaskClient, session: Session, policy: Policy) -> None:
    log_in(client, make_member(session, ["support"]))
    payment = session.scalars(select(Payment)).one()
    with transaction():
        payment.stripe_payment_intent_id = "pi_3AbC"

    page = client.get(f"/staff/payments/{payment.ref}").text

    for there in (payment.ref, "pi_3AbC", policy.application.ref, "N-0001"):
        assert there in page
    assert "payment.read" in deeds(session)
    assert f"/staff/payments/{payment.ref}" in client.get("/staff/lists/payments").text
    assert f"/staff/payments/{payment.ref}" in client.get("/staff/search/?q=pi_3AbC").text
    assert client.get("/staff/payments/P0000000000000").status_code == 404


def test_newer_drafts_hide_no_policy_and_the_lists_hold_the_rest(
    client: FlaskClient, session: Session, policy: Policy
) -> None:
    log_in(client, make_member(session, ["manager"]))
    customer = session.get_one(Customer, policy.customer_id)
    with transaction():
        other: Any = new_customer(session)
        foreign = new_application(session, other, clock.now(), state="draft").ref
        drafts = [
            new_application(session, customer, clock.now(), state="draft").ref
            for _number in range(record.MOST + 1)
        ]

    page = client.get(f"/staff/customers/{customer.id}").text
    rest = client.get(f"/staff/lists/applications?customer={customer.id}").text

    assert "N-0001" in page
    assert f"/staff/lists/applications?customer={customer.id}" in page
    assert f"/staff/lists/policies?customer={customer.id}" not in page  # there is one
    assert drafts[0] not in page
    assert all(ref in rest for ref in (*drafts, policy.application.ref))
    assert foreign not in rest
    for name in ("policies", "payments"):
        assert "N-0001" in page
        assert client.get(f"/staff/lists/{name}?customer={customer.id}").text.count("data-row") == 1
    assert client.get(f"/staff/lists/claims?customer={customer.id}").status_code == 200
    assert foreign in client.get("/staff/lists/applications?customer=x").text


def test_both_pages_ask_the_database_little(
    client: FlaskClient, session: Session, policy: Policy
) -> None:
    log_in(client, make_member(session, ["manager"]))
    payment = session.scalars(select(Payment)).one()
    application_ref, payment_ref = policy.application.ref, payment.ref
    for path in (f"/staff/applications/{application_ref}", f"/staff/payments/{payment_ref}"):
        client.get(path)
        session.rollback()
        session.expunge_all()

        with counted(client.application) as asked:
            client.get(path)

        assert len(asked) <= MOST, "\n".join(asked)
