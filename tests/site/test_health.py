"""Health checks: the process by itself, and everything that serving a customer needs."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from storefront import create_app
from storefront.db import db, transaction
from tests.conftest import copy_database, make_settings


def beat(app: Flask, age: str) -> None:
    """A worker's sign of life, that long ago."""
    with app.app_context(), transaction() as session:
        session.execute(
            text(
                "insert into procrastinate_workers (last_heartbeat)"
                " values (now() - cast(:age as interval))"
            ),
            {"age": age},
        )


def test_process_answers(client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})


def test_ready_with_database_migrations_and_worker(app: Flask, client: FlaskClient) -> None:
    beat(app, "10 seconds")
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json == {"status": "ready", "database": True, "migrations": True, "worker": True}


def test_not_ready_when_the_worker_has_been_silent_for_a_minute(
    app: Flask, client: FlaskClient
) -> None:
    beat(app, "61 seconds")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json["worker"] is False
    assert answer.json["migrations"] is True


@pytest.fixture
def own_app(template_url: str, tmp_path: object) -> Iterator[Flask]:
    """An application with a database that a test may spoil."""
    app = create_app(make_settings(copy_database(template_url), tmp_path))
    yield app
    with app.app_context():
        db.engine.dispose()


def test_not_ready_when_migrations_are_behind(own_app: Flask) -> None:
    with own_app.app_context(), transaction() as session:
        session.execute(text("update alembic_version set version_num = '0001'"))
    answer = own_app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json["migrations"] is False


def test_not_ready_and_an_honest_page_without_a_database(
    template_url: str, tmp_path: object
) -> None:
    nowhere = "postgresql://nobody@127.0.0.1:9/nothing"
    client = create_app(make_settings(nowhere, tmp_path)).test_client()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json == {
        "status": "not ready", "database": False, "migrations": False, "worker": False,
    }  # fmt: skip
    page = client.get("/")
    assert page.status_code == 503
    assert page.headers["X-Request-Id"] in page.text
    assert page.headers["Retry-After"] == "5"
    assert client.get("/healthz").status_code == 200
