"""`flask --app wsgi demo load`: fictional business of any size, in development only."""

import resource
import time
from datetime import datetime

import click
import psycopg
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.catalog import service as catalog
from storefront.db import db, transaction
from storefront.demo.load import Order, load
from storefront.demo.people import names
from storefront.figures import service as figures
from storefront.policies.models import Policy
from storefront.staff.models import StaffMember

commands = AppGroup("demo", help="Fictional business to try pages and speed with.")
EMAIL = "demo-desk@agency.example.com"


@commands.command("load")
@click.option("--policies", type=click.IntRange(1), required=True, help="How many policies.")
@click.option(
    "--claims", type=click.IntRange(0), help="How many claims; three for ten policies by default."
)
@click.option("--force", is_flag=True, help="Also where there are policies already.")
def load_policies(policies: int, claims: int | None, force: bool) -> None:
    """Add so many policies with customers, payments and claims; never in production."""
    settings = current_app.extensions["settings"]
    if settings.production:
        raise click.ClickException("Fictional business has no place in production.")
    now = clock.now()
    with transaction() as session:
        if not force and session.scalar(select(Policy.id).limit(1)) is not None:
            raise click.ClickException("There are policies already; --force adds to them.")
        bundles = catalog.sellable(session, now)
        wanted = policies * 3 // 10 if claims is None else claims
        order = Order(policies, wanted, _member(session, now), now)
    begun = time.monotonic()
    with psycopg.connect(_address(settings.database_url), autocommit=True) as connection:
        load(connection, bundles, order, lambda done: _tell(done, begun))
    with transaction() as session:
        today = clock.local_date(now)
        figures.refresh(session, figures.first_day(session) or today, today, now)
        figures.refresh_standing(session, now)
    db.engine.dispose()
    click.echo(f"Done after {time.monotonic() - begun:.0f} s with at most {_most_memory()} MB.")


def _member(session: Session, now: datetime) -> int:
    """Somebody who has left and whom the decisions and approvals name; cannot log in."""
    member = session.scalar(select(StaffMember).where(StaffMember.email == EMAIL))
    if member is None:
        member = StaffMember(
            email=EMAIL,
            name=names()["member"],
            password_hash="",
            roles=[],
            created_at=now,
            left_at=now,
        )
        session.add(member)
        session.flush()
    return member.id


def _most_memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _address(url: str) -> str:
    return url.replace("+psycopg", "", 1)


def _tell(done: int, begun: float) -> None:
    click.echo(f"{done} policies after {time.monotonic() - begun:.0f} s")
