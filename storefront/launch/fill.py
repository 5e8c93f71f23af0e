"""What the set-up puts into the database and the file store, with the application at hand."""

import logging

import psycopg

from storefront import create_app
from storefront.cli import alembic
from storefront.db import db

SET_UP_LOCK = 7_205_759_403  # two machines setting up the same database take turns


def fill() -> int:
    """Tables, then in development the demonstration catalogue, certificates and staff account."""
    app = create_app()
    logging.getLogger("alembic").setLevel(logging.WARNING)
    settings = app.extensions["settings"]
    with psycopg.connect(settings.database_url.replace("+psycopg", "", 1)) as turn:
        turn.execute("select pg_advisory_lock(%s)", (SET_UP_LOCK,))
        with app.app_context():
            alembic.upgrade()
            db.engine.dispose()
    return 0
