"""Fixtures of the tests of support: fresh request limits, somebody who wrote, two colleagues."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from storefront.db import transaction
from storefront.extensions import limiter
from storefront.support import tickets
from storefront.support.models import Ticket
from tests.staff.people import Colleague, make_member

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)  # a Friday noon in China
WRITER = tickets.Writer("Example Li", "writer@example.com", "en")


@pytest.fixture(autouse=True)
def fresh_limits(app: Flask) -> Iterator[None]:
    """Request limits begin anew: all tests come from one network address."""
    with app.app_context():
        limiter.reset()
    yield


@pytest.fixture
def question(session: Session) -> Ticket:
    """A question that has just come in."""
    letter = tickets.Letter("question", "policy", "Where is it?", "I cannot find my policy.")
    with transaction():
        return tickets.open_ticket(session, WRITER, letter, NOON)


@pytest.fixture
def complaint(session: Session) -> Ticket:
    """A complaint that has just come in."""
    letter = tickets.Letter("complaint", "claims", "Too slow", "Nobody answers my claim.")
    with transaction():
        return tickets.open_ticket(session, WRITER, letter, NOON)


@pytest.fixture
def clerk(session: Session) -> Colleague:
    """Somebody of support."""
    return make_member(session, ["support"])


@pytest.fixture
def other_clerk(session: Session) -> Colleague:
    """Another one."""
    return make_member(session, ["support"])
