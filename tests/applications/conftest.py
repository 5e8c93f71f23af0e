"""A logged-in visitor inside the process."""

from collections.abc import Iterator
from functools import cache

import httpx
import pytest
from flask import Flask
from sqlalchemy import select

from storefront import clock, jobs
from storefront.accounts.models import Customer
from storefront.accounts.passwords import hash_password
from storefront.applications.models import Application
from storefront.db import db, transaction
from storefront.extensions import limiter
from tests.visitor import Visitor


@pytest.fixture
def visitor(app: Flask) -> Iterator[Visitor]:
    """Somebody without an account yet; limits on requests begin anew, for all come from one address."""
    with app.app_context():
        limiter.reset()
    transport = httpx.WSGITransport(app=app, raise_app_exceptions=False)
    with httpx.Client(transport=transport, base_url="http://127.0.0.1") as http:
        yield Visitor(http, work=lambda: jobs.run_worker(app, stop_when_empty=True))


PASSWORD = "a long pass phrase 42"


@pytest.fixture
def buyer(app: Flask, visitor: Visitor) -> Visitor:
    """A logged-in customer."""
    with app.app_context(), transaction() as session:
        session.add(new_customer("buyer@example.com", PASSWORD))
    visitor.log_in("buyer@example.com", PASSWORD)
    return visitor


def stored(ref: str) -> Application:
    """An application as it is in the database now."""
    db.session.expire_all()
    return db.session.scalars(select(Application).where(Application.ref == ref)).one()


@cache
def hashed(password: str) -> str:
    """Its hash, made once: that takes long on purpose."""
    return hash_password(password)


def new_customer(email: str, password: str) -> Customer:
    """A customer whose address is confirmed."""
    now = clock.now()
    return Customer(
        email=email,
        email_confirmed_at=now,
        password_hash=hashed(password),
        language="zh",
        created_at=now,
    )
