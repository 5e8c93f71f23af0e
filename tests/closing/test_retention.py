"""What was kept long enough goes by itself, what led to a contract stays with it (E-03)."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from storefront import clock
from storefront.accounts.models import Customer
from storefront.applications.models import Application
from storefront.closing import sweeps
from storefront.crypto import new_reference
from storefront.db import transaction
from storefront.evidence import service as evidence
from storefront.policies.models import Policy
from storefront.quotes.models import Quote
from tests.evidence.chains import write_chain

pytestmark = pytest.mark.rule("E-03")
LATER = timedelta(days=365 * 6)


def run(session: Session, days: timedelta) -> dict[str, int]:
    with transaction():
        return sweeps.run(session, clock.now() + days)


def test_a_draft_goes_after_its_time(session: Session, draft: str) -> None:
    assert run(session, timedelta(days=365 * 4))["applications without a contract"] == 0
    with transaction():
        session.execute(text("update application set state = 'expired'"))
        session.scalars(select(Application)).one().decision = {"outcome": "declined"}

    assert run(session, LATER)["applications without a contract"] == 1
    assert run(session, LATER)["applications without a contract"] == 0

    session.expire_all()
    application = session.scalars(select(Application)).one()
    assert (application.parties, application.answers) == ({}, {})
    assert application.decision is None


def test_a_contract_prolongs_all_that_led_to_it(session: Session, policy: Policy) -> None:
    session.expire_all()
    application = policy.application
    assert application.retain_until == policy.retain_until
    assert session.get_one(Customer, policy.customer_id).retain_until == policy.retain_until
    assert evidence.retained_until(session, application.ref) == policy.retain_until
    assert run(session, LATER)["applications without a contract"] == 0
    session.expire_all()
    assert application.parties["policyholder"]


def test_the_quote_of_a_contract_is_prolonged(
    session: Session, customer: Customer, buyer: object, draft: str
) -> None:
    from storefront.applications.closing import keep_for

    application = session.scalars(select(Application)).one()
    until = date(2090, 1, 1)
    with transaction():
        keep_for(session, application, until, clock.now())
        keep_for(session, application, date(2050, 1, 1), clock.now())  # never shorter

    quote = session.get_one(Quote, application.quote_id).ref
    assert {evidence.retained_until(session, chain) for chain in (quote, draft)} == {until}
    assert application.retain_until == until


def test_old_quotes_go_used_ones_stay(session: Session, draft: str) -> None:
    now = clock.now()
    with transaction():
        session.add(
            Quote(
                ref=new_reference("Q"), product_code="term-life", product_version=1, answers={},
                persons=1, lines=[], state="draft", created_at=now, expires_at=now,
            )
        )  # fmt: skip
    assert run(session, timedelta(days=30))["quotes"] == 0
    assert run(session, LATER)["quotes"] == 1
    assert session.scalar(select(func.count()).select_from(Quote)) == 1


def test_the_report_names_expired_chains_and_leaves_them(app: Flask, session: Session) -> None:
    yesterday = clock.local_date(clock.now() - timedelta(days=1))
    write_chain("A1", 2, clock.now(), until=yesterday)
    answer = app.test_cli_runner().invoke(args=["retention", "report"])
    assert "evidence chains: 1" in answer.output
    assert f"A1, kept until {yesterday}" in answer.output
    swept = app.test_cli_runner().invoke(args=["retention", "sweep"])
    assert swept.exit_code == 0
    assert session.scalar(text("select count(*) from evidence_record")) == 2
    removed = app.test_cli_runner().invoke(args=["evidence", "remove", "A1", "--as", "somebody"])
    assert "2 records of A1 removed" in removed.output
