"""A customer who has applied, and the staff who look at it afterwards."""

from datetime import timedelta
from typing import Any

import flask_babel
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from storefront import clock
from tests.applications.conftest import buyer, visitor  # noqa: F401 - fixtures
from tests.pages import PagesClient
from tests.plans import travel
from tests.staff.people import log_in, make_member
from tests.visitor import Visitor


@pytest.fixture
def sold(buyer: Visitor) -> str:  # noqa: F811
    """The reference of an application for a week's travel, on the way to which one answer was wrong."""
    code, answers, plan = travel(clock.local_date(clock.now()))
    ref = buyer.apply(code, answers, plan)
    assert f"/applications/{ref}" in str(buyer.page.url), buyer.problems()
    return ref


@pytest.fixture
def unfinished(buyer: Visitor) -> str:  # noqa: F811
    """An application whose cover was changed once and given wrongly once."""
    code, answers, plan = travel(clock.local_date(clock.now()))
    ref = buyer.up_to("policyholder", code, answers, plan)
    later = str(clock.local_date(clock.now()) + timedelta(days=20))
    buyer.step(ref, "cover", **{**answers, "days": "14", "start_date": later})
    buyer.step(ref, "cover", **{**answers, "days": "900", "start_date": later})
    return ref


class Reader(PagesClient):
    """A browser in English beside a customer's in Chinese: the tests' context must not mix them.

    Where a reason is asked for before something is shown in clear, it gives one.
    """

    def open(self, *args: Any, **values: Any) -> Any:
        flask_babel.refresh()
        # A recorded page is in the language of the customer, and its forms have lost their tokens.
        plain = str(args[0]).endswith("/page") if args else False
        answer = FlaskClient.open(self, *args, **values) if plain else super().open(*args, **values)
        flask_babel.refresh()
        if str(answer.location).startswith("/staff/unmask/"):
            self.post(answer.location, data={"reason": "An inspection"})
            return self.open(*args, **values)
        return answer


@pytest.fixture
def reader(app: Flask, session: Session) -> FlaskClient:
    """The browser of a member of compliance, in English."""
    app.test_client_class = Reader
    client = app.test_client()
    client.set_cookie("language", "en")
    return log_in(client, make_member(session, ["compliance"]))
