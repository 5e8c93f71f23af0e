"""One real PostgreSQL for the run; each test worker gets a copy of the migrated template."""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, make_url, text
from sqlalchemy.orm import Session

import config
from storefront import clock, create_app, crypto, jobs
from storefront.catalog import service as catalog
from storefront.cli import alembic
from storefront.db import Base, db, transaction
from storefront.launch import postgres, translations
from tests.pages import PagesClient
from tests.unordered import reverse_unordered

# How fast a loaded machine generates or runs examples says nothing about the code.
hypothesis.settings.register_profile(
    "patient", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("patient")

KEPT_TABLES = {"alembic_version", "insurer", "insurer_agreement", "product_version"}
RESTART_NUMBERS = text(
    "select setval(format('%I.%I', schemaname, sequencename)::regclass, 1, false)"
    " from pg_sequences where last_value is not null and not sequencename = any(:kept)"
)
_copies: list[str] = []
pytest_plugins = ["tests.rules_plugin"]


def pytest_configure(config: pytest.Config) -> None:
    """Compiles the translations, once and before any test worker reads them."""
    if not hasattr(config, "workerinput"):
        translations.compile_changed()


@pytest.fixture(scope="session")
def template_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a database built by the real migrations, with the demonstration catalogue on sale.

    It and its copies are dropped at the end.
    """
    instance = Path(os.environ.get("STOREFRONT_TEST_INSTANCE", "instance/test"))
    server = postgres.start(instance, durable=False)
    url = postgres.database(server, f"template_{secrets.token_hex(4)}")
    app = create_app(make_settings(url, tmp_path_factory.mktemp("template")))
    with app.app_context():
        alembic.upgrade()
        with transaction() as session:
            catalog.publish_all(session, clock.now())
        db.engine.dispose()
    yield url
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        for name in [*_copies, make_url(url).database]:
            connection.execute(f"drop database if exists {name} with (force)".encode())


def make_settings(url: str, folder: Path, **changes: str) -> config.Settings:
    """Settings for one test application."""
    environ = {
        "DATABASE_URL": url,
        "SECRET_KEYS": "test-secret-key-for-the-tests-only-0123456789",
        "DATA_KEYS": crypto.new_fernet_key(),
        "LOOKUP_KEY": "test-lookup-key-for-the-tests-only-0123456789",
        "FILES_URL": f"file://{folder}",
        "LOG_LEVEL": "WARNING",
        **changes,
    }
    return config.load(environ)


def copy_database(url: str) -> str:
    """URL of a fresh copy of a database."""
    source = make_url(url)
    target = source.set(database=f"test_{secrets.token_hex(6)}")
    plain = source.set(database="postgres").render_as_string(hide_password=False)
    _copies.append(str(target.database))
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(f"create database {target.database} template {source.database}".encode())
    return target.render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def session_app(template_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application on a database copy of its own."""
    app = create_app(make_settings(copy_database(template_url), tmp_path_factory.mktemp("files")))
    app.testing = True
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        reverse_unordered(db.engine)
    # Which of them would run beside a test depends on the hour.
    jobs.queue.periodic_registry.periodic_tasks.clear()
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def app(session_app: Flask) -> Iterator[Flask]:
    """The application; what a test commits is removed after it."""
    jobs.init_app(session_app)  # another test may have made another application meanwhile
    yield session_app
    with session_app.app_context(), db.engine.begin() as connection:
        empty_tables(connection)


def empty_tables(connection: Connection) -> None:
    """Removes every row but those of the catalogue; rows, because truncating takes a hundred times as long."""
    names = [table for table in Base.metadata.tables if table not in KEPT_TABLES]
    names += [f"procrastinate_{part}" for part in ("events", "periodic_defers", "jobs", "workers")]
    # A test that leaves a transaction open fails here instead of waiting for ever.
    connection.execute(text("set local lock_timeout = '20s'"))
    connection.execute(text(f"lock table {', '.join(names)} in access exclusive mode"))
    # The triggers of append-only tables rest meanwhile, and those of foreign keys.
    connection.execute(text("set local session_replication_role = replica"))
    filled = " union all ".join(
        f"select '{name}' where exists (select from {name})"  # noqa: S608
        for name in names
    )
    for name in connection.scalars(text(filled)).all():
        connection.execute(text(f"delete from {name}"))  # noqa: S608
    connection.execute(RESTART_NUMBERS, {"kept": [f"{table}_id_seq" for table in KEPT_TABLES]})


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A database session inside an application context."""
    with app.app_context():
        yield db.session


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without a browser, which checks every page that it opens."""
    app.test_client_class = PagesClient
    return app.test_client()
