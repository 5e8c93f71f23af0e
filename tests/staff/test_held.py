"""Held money, failed refunds and referred applications on the staff page."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.applications.models import Application
from storefront.crypto import new_reference
from storefront.db import transaction
from storefront.evidence.models import EvidenceRecord
from storefront.payments.models import Payment, Refund
from tests.payments.support import PREMIUM, new_application, new_customer


@pytest.fixture
def application(session: Session) -> Application:
    """An application that was withdrawn while its payment was on the way."""
    with transaction():
        return new_application(session, new_customer(session), clock.now(), state="withdrawn")


@pytest.fixture
def held(session: Session, application: Application) -> Payment:
    """Money that arrived and fits nothing."""
    now = clock.now()
    payment = Payment(
        ref=new_reference("P"),
        application=application,
        purpose="first_premium",
        amount=PREMIUM,
        currency="CNY",
        state="settled",
        idempotency_key=new_reference("P"),
        held_reason="premium",
        created_at=now - timedelta(hours=1),
        expires_at=now,
        settled_at=now,
    )
    with transaction():
        session.add(payment)
    return payment


def test_held_money_is_sent_back_once(desk: FlaskClient, session: Session, held: Payment) -> None:
    page = desk.get("/staff/").text
    assert held.ref in page
    assert held.application.ref in page
    assert "¥132.09" in page

    assert desk.post(f"/staff/payments/{held.ref}/refund").status_code == 303
    desk.post(f"/staff/payments/{held.ref}/refund")  # pressed twice

    assert [refund.amount for refund in session.scalars(select(Refund))] == [PREMIUM]
    assert held.ref not in desk.get("/staff/").text


def test_the_decision_is_part_of_the_record(
    desk: FlaskClient, session: Session, held: Payment
) -> None:
    desk.post(f"/staff/payments/{held.ref}/refund")

    record = session.scalars(select(EvidenceRecord)).one()
    assert record.chain == held.application.ref
    assert record.kind == "held-payment-refunded"
    assert record.actor.startswith("staff:")
    assert record.details == {"payment": held.ref}


def test_money_that_does_not_fit_cannot_be_released(
    desk: FlaskClient, session: Session, held: Payment
) -> None:
    assert desk.post(f"/staff/payments/{held.ref}/release").status_code == 422

    session.expire_all()
    assert held.held_reason == "premium"
    assert session.scalars(select(EvidenceRecord)).all() == []


def test_a_payment_that_does_not_exist_is_not_found(desk: FlaskClient) -> None:
    assert desk.post("/staff/payments/P000/refund").status_code == 404


def test_failed_refunds_and_referred_applications_are_listed(
    desk: FlaskClient, session: Session, held: Payment, application: Application
) -> None:
    refund = Refund(
        ref=new_reference("R"),
        idempotency_key=new_reference("R"),
        payment=held,
        amount=PREMIUM,
        currency="CNY",
        reason="held",
        state="failed",
        created_at=clock.now(),
    )
    with transaction():
        session.add(refund)
        application.state = "referred"

    page = desk.get("/staff/").text

    assert refund.ref in page
    assert f">{application.ref}</th>" in page
