"""`flask --app wsgi demo load`: fictional business of any size, in development only."""

import time

import click
import psycopg
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select

from storefront import clock
from storefront.catalog import service as catalog
from storefront.db import db, transaction
from storefront.demo.load import load
from storefront.figures import service as figures
from storefront.policies.models import Policy

commands = AppGroup("demo", help="Fictional business to try pages and speed with.")


@commands.command("load")
@click.option("--policies", type=click.IntRange(1), required=True, help="How many policies.")
@click.option("--force", is_flag=True, help="Also where there are policies already.")
def load_policies(policies: int, force: bool) -> None:
    """Add so many policies with customers, payments and claims; never in production."""
    settings = current_app.extensions["settings"]
    if settings.production:
        raise click.ClickException("Fictional business has no place in production.")
    with transaction() as session:
        if not force and session.scalar(select(Policy.id).limit(1)) is not None:
            raise click.ClickException("There are policies already; --force adds to them.")
        bundles = catalog.sellable(session, clock.now())
    begun = time.monotonic()
    with psycopg.connect(_address(settings.database_url), autocommit=True) as connection:
        load(connection, bundles, policies, clock.now(), lambda done: _tell(done, begun))
    with transaction() as session:
        now = clock.now()
        today = clock.local_date(now)
        figures.refresh(session, figures.first_day(session) or today, today, now)
        figures.refresh_standing(session, now)
    db.engine.dispose()
    click.echo(f"Done after {time.monotonic() - begun:.0f} s.")


def _address(url: str) -> str:
    return url.replace("+psycopg", "", 1)


def _tell(done: int, begun: float) -> None:
    click.echo(f"{done} policies after {time.monotonic() - begun:.0f} s")
