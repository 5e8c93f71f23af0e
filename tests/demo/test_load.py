"""Fictional business: it fits together, and the pages of customers and staff open with it."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storefront import clock, crypto, identity
from storefront.accounts.models import Customer
from storefront.applications.models import Application
from storefront.attachments.models import Attachment
from storefront.catalog import service as catalog
from storefront.catalog.insurers import load_insurers
from storefront.catalog.loader import load_all
from storefront.claims.models import Claim, ClaimEvent, ClaimRequirement
from storefront.claims.payouts.models import PayoutOrder
from storefront.db import transaction
from storefront.figures.models import DailyFigure
from storefront.payments.models import Payment, Refund
from storefront.policies import service as policies
from storefront.policies.models import Policy, PolicyTransaction
from storefront.roles import ROLES
from storefront.search import index
from storefront.search.models import SearchToken
from storefront.support.models import Complaint, Ticket
from tests.accounts.actors import enter
from tests.staff.people import log_in, make_member

POLICIES = 300
TODAY = clock.local_date(clock.now())


@pytest.fixture
def loaded(app: Flask, session: Session) -> None:
    """A small agency."""
    now = clock.now()
    with transaction():
        catalog.sync_insurers(session, load_insurers())
        for bundle in load_all().values():
            catalog.publish(session, bundle, now - timedelta(days=600))
    result = app.test_cli_runner().invoke(args=["demo", "load", "--policies", str(POLICIES)])
    assert result.exit_code == 0, result.output


def count(session: Session, model: type[object]) -> int:
    return session.scalars(select(func.count()).select_from(model)).one()


@pytest.mark.usefixtures("loaded")
def test_everything_fits_together(app: Flask, client: FlaskClient, session: Session) -> None:
    assert count(session, Policy) == count(session, PolicyTransaction) == POLICIES
    assert count(session, Payment) >= 3 * POLICIES
    assert POLICIES // 3 < count(session, Customer) < POLICIES
    assert count(session, Claim) == 3 * POLICIES // 10
    applications = session.scalars(select(Application)).all()
    assert all(crypto.is_reference(row.ref, "A") for row in applications)
    sold = select(func.sum(DailyFigure.count)).where(DailyFigure.kind == "policy")
    assert session.scalar(sold) == POLICIES

    entries = set(session.execute(select(SearchToken.__table__)).tuples())
    with transaction():
        index.rebuild(session)
    assert entries <= set(session.execute(select(SearchToken.__table__)).tuples())

    people = session.scalars(select(Customer)).all()
    for value in ("id_number", "id_number_hash", "mobile"):  # nobody is there twice
        assert len({getattr(row, value) for row in people}) == len(people)
    for row in people:
        assert identity.parse_id_number(row.id_number, TODAY).birth_date == row.birth_date

    again = app.test_cli_runner().invoke(args=["demo", "load", "--policies", "1"])
    assert again.exit_code != 0  # nothing is added by accident


@pytest.mark.usefixtures("loaded")
def test_nothing_of_the_business_is_missing(app: Flask, session: Session) -> None:
    """Every step of the funnel, every rate, and what claims and customers leave behind."""
    rows = session.execute(select(DailyFigure.kind, func.sum(DailyFigure.count)).group_by("kind"))
    figures = dict(rows.all())
    steps = ("visit", "quote", "application", "payment", "policy")
    counts = [figures[step] for step in steps]
    assert counts == sorted(counts, reverse=True)
    assert {"referred", "declined", "complaint", "claim", "claim_payable"} <= set(figures)
    for model in (Refund, ClaimEvent, ClaimRequirement, PayoutOrder, Attachment, Complaint):
        assert count(session, model), model.__name__

    with transaction():  # a paid claim cannot be found unpaid, nor a contract name another person
        closed = session.scalars(select(Claim).where(Claim.stage == "closed")).all()
        paid = session.scalars(select(PayoutOrder.claim_id)).all()
    assert {row.id for row in closed if row.payable} == set(paid)
    for policy in session.scalars(select(Policy).limit(20)):
        parties = policies.transactions_of(session, policy)[0].content["parties"]
        holder = parties["policyholder"]
        owner = session.get_one(Customer, policy.customer_id)
        assert holder.get("id_number", owner.id_number) == owner.id_number
        assert "{" not in str(holder["name"])


@pytest.mark.usefixtures("loaded")
def test_customers_pages_open(app: Flask, client: FlaskClient, session: Session) -> None:
    policies = {row.product_code: row for row in session.scalars(select(Policy))}
    assert len(policies) == len(load_all())
    for policy in policies.values():
        enter(app, client, policy.customer_id)
        assert client.get("/policies/").status_code == 200
        assert client.get(f"/policies/{policy.number}").status_code == 200


@pytest.mark.usefixtures("loaded")
def test_claims_open_in_every_stage(app: Flask, client: FlaskClient, session: Session) -> None:
    claims = {(row.stage, row.claim_type): row for row in session.scalars(select(Claim))}
    for claim in claims.values():
        enter(app, client, claim.customer_id or 0)
        assert client.get(f"/claims/{claim.ref}").status_code == 200, claim.stage


@pytest.mark.usefixtures("loaded")
def test_staff_find_people(client: FlaskClient, session: Session) -> None:
    log_in(client, make_member(session, ROLES))
    customer = session.scalars(select(Customer)).first()

    page = client.get(f"/staff/search/?q={customer.mobile}").text

    assert customer.name in page
    assert client.get("/staff/").status_code == 200
    assert client.get("/staff/dashboard/").status_code == 200
    assert client.get("/staff/underwriting/").status_code == 200
    referred = session.scalars(select(Application).where(Application.state == "referred")).first()
    assert client.get(f"/staff/underwriting/{referred.ref}").status_code == 200
    complaint = session.scalars(select(Ticket).where(Ticket.kind == "complaint")).first()
    assert client.get(f"/staff/support/{complaint.ref}").status_code == 200
    attached = session.scalars(select(Attachment)).first()
    assert client.get(f"/staff/claims/{attached.owner_ref}").status_code == 200
    assert client.get(f"/attachments/{attached.ref}/preview").status_code == 200
