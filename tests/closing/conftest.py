"""A customer with something of everything."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.accounts.models import Customer
from storefront.db import transaction
from storefront.policies import issuing
from storefront.policies import service as policies
from storefront.policies.insurer_client import Issued
from storefront.policies.models import Policy
from tests.applications.conftest import buyer, visitor  # noqa: F401 - fixtures
from tests.plans import travel
from tests.policies.support import paid_application
from tests.visitor import Visitor


@pytest.fixture
def customer(session: Session, buyer: Visitor) -> Customer:  # noqa: F811
    """The logged-in customer."""
    return session.scalars(select(Customer)).one()


@pytest.fixture
def draft(buyer: Visitor, customer: Customer) -> str:  # noqa: F811
    """An application that was begun, with a policyholder in it."""
    return buyer.up_to("insured", *travel(clock.local_date(clock.now())))


@pytest.fixture
def issuing_policy(app: Flask, session: Session, customer: Customer) -> Policy:
    """A policy that was paid for and that its insurer has yet to issue."""
    with transaction():
        payment = paid_application(session, customer=customer)
        return policies.begin(session, payment, clock.now())


@pytest.fixture
def policy(session: Session, issuing_policy: Policy) -> Policy:
    """A policy in force, delivered."""
    now = clock.now()
    with transaction():
        row = policies.lock(session, issuing_policy.id)
        issuing.take_issued(session, row, Issued("EXAMPLE0001", now), now)
        issuing.keep_document(session, row, "0" * 64, 1, now + timedelta(seconds=1))
    return issuing_policy
