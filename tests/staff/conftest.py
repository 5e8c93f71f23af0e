"""A member of the staff, logged in or not yet."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from storefront.roles import ROLES
from tests.staff.people import Colleague, log_in, make_member


@pytest.fixture
def colleague(session: Session) -> Colleague:
    """A member who may do everything."""
    return make_member(session, ROLES)


@pytest.fixture
def desk(client: FlaskClient, colleague: Colleague) -> FlaskClient:
    """The browser of that member, in English."""
    client.set_cookie("language", "en")
    return log_in(client, colleague)
