"""A member of the staff, logged in or not yet."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from storefront import clock
from storefront.db import transaction
from storefront.staff import service

EMAIL = "desk@agency.example.com"


@pytest.fixture
def password(session: Session) -> str:
    """The password of a member."""
    with transaction():
        return service.add_member(session, EMAIL, "Desk", clock.now())


@pytest.fixture
def desk(client: FlaskClient, password: str) -> FlaskClient:
    """The browser of a member."""
    client.set_cookie("language", "en")
    client.post("/staff/login", data={"email": EMAIL, "password": password})
    return client
