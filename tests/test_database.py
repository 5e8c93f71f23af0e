"""The database itself keeps what must never change, and agrees with the models."""

import time

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storefront import clock
from storefront.cli import alembic
from storefront.db import db, transaction
from storefront.evidence import service as evidence_service


def test_models_and_migrations_agree(app: Flask) -> None:
    with app.app_context():
        assert alembic.compare_metadata() == []


@pytest.mark.rule("E-01")
@pytest.mark.parametrize(
    "statement",
    [
        "update evidence_record set actor = 'x'",
        "delete from evidence_record",
        "truncate evidence_record",
    ],
)
def test_evidence_cannot_be_altered(session: Session, statement: str) -> None:
    now = clock.now()
    happening = evidence_service.Happening("A-chain", "page", "customer:1", "shown", {"a": 1})
    with transaction():
        evidence_service.record(session, happening, now, clock.local_date(now))
    with pytest.raises(IntegrityError, match="never changed"), transaction():
        session.execute(text(statement))


def test_connections_left_dead_by_the_server_are_replaced(session: Session) -> None:
    session.scalar(text("select 1"))
    session.rollback()
    address = db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as killer:
        killed = killer.execute(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        ).fetchone()
    assert killed is not None
    assert killed[0] > 0
    time.sleep(0.2)
    assert session.scalar(text("select 1")) == 1
