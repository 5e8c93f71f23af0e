"""The application connected to a real sandbox process; events are fetched there and posted here."""

from collections.abc import Callable, Iterator
from datetime import datetime

import httpx
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from storefront import clock
from storefront.accounts import login
from storefront.accounts.models import Customer
from storefront.accounts.service import logins
from storefront.applications.models import Application
from storefront.payments import service, stripe_client
from storefront.payments.models import Payment
from tests.payments.support import Shop, new_application, new_customer
from tests.sandbox import process
from tests.sandbox.process import Sandbox


@pytest.fixture(scope="package")
def shared_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with process.running(tmp_path_factory.mktemp("payments-sandbox")) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(shared_sandbox: Sandbox) -> Sandbox:
    httpx.post(f"{shared_sandbox.url}/control/reset").raise_for_status()
    return shared_sandbox


@pytest.fixture
def app(app: Flask, sandbox: Sandbox) -> Iterator[Flask]:
    settings = app.extensions["settings"]
    before = dict(vars(settings))
    settings.stripe_api_base = sandbox.url
    settings.stripe_api_key = process.API_KEY
    settings.stripe_webhook_secrets = ",".join(process.WEBHOOK_SECRETS)
    settings.smtp_url = f"smtp://127.0.0.1:{sandbox.smtp_port}"
    stripe_client.init_app(app)
    yield app
    vars(settings).update(before)
    stripe_client.init_app(app)


@pytest.fixture
def settled(app: Flask) -> Iterator[list[str]]:
    """References of the payments whose settling was announced, instead of beginning policies."""
    announced: list[str] = []

    def note(session: Session, payment: Payment, now: datetime) -> None:
        announced.append(payment.ref)

    connected = list(service.settled_handlers)
    service.settled_handlers[:] = [note]
    yield announced
    service.settled_handlers[:] = connected


@pytest.fixture
def buyer(session: Session) -> Customer:
    customer = new_customer(session)
    session.commit()
    return customer


@pytest.fixture
def apply(session: Session, buyer: Customer) -> Callable[..., Application]:
    """Makes an accepted application, ready to be paid."""

    def make(**changes: object) -> Application:
        application = new_application(session, buyer, clock.now(), **changes)
        session.commit()
        return application

    return make


@pytest.fixture
def application(apply: Callable[..., Application]) -> Application:
    return apply()


@pytest.fixture
def browser(app: Flask, session: Session, buyer: Customer, client: FlaskClient) -> FlaskClient:
    """A browser in which the buyer is logged in; it checks the pages it opens, in English."""
    token = logins.open_session(session, buyer, "test", clock.now())
    session.commit()
    client.set_cookie("language", "en")
    with client.session_transaction() as cookie:
        cookie[login.TOKEN] = token
    return client


@pytest.fixture
def shop(app: Flask, session: Session, sandbox: Sandbox, settled: list[str]) -> Shop:
    return Shop(app, session, sandbox, settled)
