"""Fixtures of the tests of support: fresh request limits, somebody who wrote, two colleagues."""

from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from storefront.db import transaction
from storefront.support import tickets
from storefront.support.models import Ticket
from tests.accounts.conftest import fresh_limits  # noqa: F401 - fixtures
from tests.staff.people import Colleague, make_member

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)  # a Friday noon in China
WRITER = tickets.Writer("Example Li", "writer@example.com", "en")


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
