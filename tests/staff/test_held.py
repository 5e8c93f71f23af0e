"""Held money and failed refunds on the staff's pages; large amounts need two people."""

from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from storefront import clock
from storefront.applications.models import Application
from storefront.crypto import new_reference
from storefront.db import transaction
from storefront.evidence.models import EvidenceRecord
from storefront.payments.models import Payment, Refund
from storefront.staff.models import Approval
from tests.payments.support import PREMIUM, new_application, new_customer, new_payment
from tests.staff.people import log_in, make_member, second_browser


@pytest.fixture
def application(session: Session) -> Application:
    """An application that was withdrawn while its payment was on the way."""
    with transaction():
        return new_application(session, new_customer(session), clock.now(), state="withdrawn")


@pytest.fixture
def held(session: Session, application: Application) -> Payment:
    """Money that arrived and fits nothing."""
    now = clock.now()
    payment = new_payment(
        application, now, held_reason="premium", created_at=now - timedelta(hours=1)
    )
    with transaction():
        session.add(payment)
    return payment


def test_held_money_is_sent_back_once(desk: FlaskClient, session: Session, held: Payment) -> None:
    page = desk.get("/staff/payments/held").text
    assert held.ref in page
    assert held.application.ref in page
    assert "¥132.09" in page

    assert desk.post(f"/staff/payments/{held.ref}/refund").status_code == 303
    desk.post(f"/staff/payments/{held.ref}/refund")  # pressed twice

    assert [refund.amount for refund in session.scalars(select(Refund))] == [PREMIUM]
    assert held.ref not in desk.get("/staff/payments/held").text


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


def fail_refund(session: Session, payment: Payment) -> Refund:
    """A refund that the bank sent back."""
    with transaction():
        refund = Refund(
            ref=new_reference("R"),
            idempotency_key=new_reference("R"),
            payment=payment,
            amount=PREMIUM,
            currency="CNY",
            reason="held",
            state="failed",
            failure="expired_or_canceled_card",
            created_at=clock.now(),
        )
        session.add(refund)
    return refund


def test_failed_refunds_are_sent_again_once(
    desk: FlaskClient, session: Session, held: Payment
) -> None:
    refund = fail_refund(session, held)
    page = desk.get("/staff/payments/refunds").text
    assert refund.ref in page
    assert "expired_or_canceled_card" in page

    for _ in range(2):  # pressed twice
        assert desk.post(f"/staff/payments/refunds/{refund.ref}/again").status_code == 303

    session.expire_all()
    assert refund.state == "created"
    assert session.scalars(text("select count(*) from procrastinate_jobs")).one() == 1
    assert refund.ref not in desk.get("/staff/payments/refunds").text


def test_who_only_reads_sees_no_buttons(
    client: FlaskClient, session: Session, held: Payment
) -> None:
    log_in(client, make_member(session, ["support"]))

    page = client.get("/staff/payments/held").text

    assert held.ref in page
    assert f"/staff/payments/{held.ref}/refund" not in page


class TestLargeAmounts:
    """What one person must not decide alone."""

    @pytest.fixture
    def large(self, session: Session, held: Payment) -> Payment:
        """Money above the limit."""
        with transaction():
            held.amount = Decimal("5000.01")
        return held

    @pytest.fixture
    def second(self, app: Flask, session: Session) -> FlaskClient:
        """The browser of another member of finance."""
        return second_browser(app, make_member(session, ["finance"]))

    def test_of_another_currency_nothing_goes_back_by_one_person(
        self, desk: FlaskClient, session: Session, held: Payment
    ) -> None:
        with transaction():
            held.received_amount, held.received_currency = Decimal(4900), "USD"
            held.held_reason = "currency"

        desk.post(f"/staff/payments/{held.ref}/refund")

        assert session.scalars(select(Refund)).all() == []
        assert session.scalars(select(Approval)).one().payload["currency"] == "USD"

    def test_they_go_back_once_a_second_person_agrees(
        self, desk: FlaskClient, second: FlaskClient, session: Session, large: Payment
    ) -> None:
        desk.post(f"/staff/payments/{large.ref}/refund")
        assert desk.post(f"/staff/payments/{large.ref}/refund").status_code == 409
        assert session.scalars(select(Refund)).all() == []
        approval = session.scalars(select(Approval)).one()
        assert desk.post(f"/staff/approvals/{approval.id}/approve").status_code == 403
        assert large.ref in second.get(f"/staff/approvals/{approval.id}").text
        assert "5000.01" in second.get(f"/staff/approvals/{approval.id}").text

        assert second.post(f"/staff/approvals/{approval.id}/approve").status_code == 303
        assert second.post(f"/staff/approvals/{approval.id}/approve").status_code == 409

        assert [refund.amount for refund in session.scalars(select(Refund))] == [large.amount]
        record = session.scalars(select(EvidenceRecord)).one()
        assert record.actor != record.details["asked_by"]

    def test_refused_ones_stay_held(
        self, desk: FlaskClient, second: FlaskClient, session: Session, large: Payment
    ) -> None:
        desk.post(f"/staff/payments/{large.ref}/refund")
        approval = session.scalars(select(Approval)).one()

        second.post(f"/staff/approvals/{approval.id}/refuse")

        assert session.scalars(select(Refund)).all() == []
        assert large.ref in desk.get("/staff/payments/held").text
        assert desk.post(f"/staff/payments/{large.ref}/refund").status_code == 303  # asked anew
