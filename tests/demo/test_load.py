"""Fictional business: it fits together, and the pages of customers and staff open with it."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storefront import clock, crypto
from storefront.accounts.models import Customer
from storefront.applications.models import Application
from storefront.catalog import service as catalog
from storefront.catalog.insurers import load_insurers
from storefront.catalog.loader import load_all
from storefront.claims.models import Claim
from storefront.db import transaction
from storefront.figures.models import DailyFigure
from storefront.payments.models import Payment
from storefront.policies.models import Policy, PolicyTransaction
from storefront.roles import ROLES
from storefront.search import index
from storefront.search.models import SearchToken
from tests.accounts.actors import enter
from tests.staff.people import log_in, make_member

POLICIES = 300


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
    assert count(session, Payment) == 3 * POLICIES
    assert count(session, Customer) == POLICIES // 2
    assert 0.15 * POLICIES < count(session, Claim) < 0.45 * POLICIES
    applications = session.scalars(select(Application)).all()
    assert all(crypto.is_reference(row.ref, "A") for row in applications)
    sold = select(func.sum(DailyFigure.count)).where(DailyFigure.kind == "policy")
    assert session.scalar(sold) == POLICIES

    entries = set(session.execute(select(SearchToken.__table__)).tuples())
    with transaction():
        index.rebuild(session)
    assert entries <= set(session.execute(select(SearchToken.__table__)).tuples())

    again = app.test_cli_runner().invoke(args=["demo", "load", "--policies", "1"])
    assert again.exit_code != 0  # nothing is added by accident


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

    page = client.get(f"/staff/search/?q={customer.name[1:]}").text

    assert customer.name in page
    assert client.get("/staff/").status_code == 200
    assert client.get("/staff/dashboard/").status_code == 200
