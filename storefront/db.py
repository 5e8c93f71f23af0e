"""Engine, session, transaction and the declarative base with its naming convention and column types.

Services take a session and never commit; every entry point (view, job, command) wraps its work in
`with transaction() as session:` once.
"""

import select
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

import psycopg
from flask import Flask
from flask_sqlalchemy_lite import SQLAlchemy, _extension
from sqlalchemy import BigInteger, DateTime, Identity, MetaData, Numeric, Text, TypeDecorator, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import IntegrityError, InvalidatePoolError
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column

from storefront import crypto

db = SQLAlchemy()

Id = Annotated[int, mapped_column(BigInteger, Identity(), primary_key=True)]
Money = Annotated[Decimal, mapped_column(Numeric(14, 2))]


class Base(DeclarativeBase):
    """Base of all rows. Constraint names follow one convention, so that they can be recognised."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        datetime: DateTime(timezone=True),
        Decimal: Numeric(14, 2),
        str: Text(),
        dict[str, Any]: JSONB(),
        list[Any]: JSONB(),
    }


class Encrypted(TypeDecorator[Any]):
    """A JSON value that the database only ever holds encrypted (`crypto.py`)."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else crypto.encrypt_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else crypto.decrypt_json(value)


def init_app(app: Flask) -> None:
    """Gives the application its engine and sessions."""
    db.init_app(app)
    # None of our sessions is asynchronous; closing those takes a thread at the end of every request.
    app.teardown_appcontext_funcs.remove(_extension._close_async_sessions)
    with app.app_context():
        event.listen(db.engine, "checkout", _check_alive)


def _check_alive(connection: psycopg.Connection[Any], *_: object) -> None:
    """Sorts out connections that a restart of the server left dead.

    A server that goes away closes its end, which shows on our socket without a question to the server
    for every request; only where something has come in unasked is the server asked.
    """
    try:
        waiting = select.poll()
        waiting.register(connection.fileno(), select.POLLIN)
        if waiting.poll(0):
            connection.execute("select 1")
            connection.rollback()
    except psycopg.Error as error:
        raise InvalidatePoolError from error


@contextmanager
def transaction() -> Iterator[Session]:
    """One commit per entry point: commits at the end of the block, rolls back on any exception."""
    session = db.session
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise


def violated(error: IntegrityError) -> str:
    """Name of the constraint that the database refused, so that callers can translate it."""
    return getattr(getattr(error.orig, "diag", None), "constraint_name", None) or ""
