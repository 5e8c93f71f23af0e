"""`flask --app wsgi retention …`: what has been kept long enough."""

import click
from flask import Flask
from flask.cli import AppGroup

from storefront import clock
from storefront.closing import sweeps
from storefront.db import transaction
from storefront.evidence import removal

commands = AppGroup("retention", help="What has been kept as long as the law asks (E-03).")


def init_app(app: Flask) -> None:
    """Registers the commands."""
    app.cli.add_command(commands)


@commands.command("report")
def report() -> None:
    """List what may go today; changes nothing."""
    now = clock.now()
    with transaction() as session:
        found = sweeps.what_may_go(session, now)
        chains = removal.expired(session, clock.local_date(now), sweeps.MOST_LISTED)
    for name, count in found.items():
        click.echo(f"{name}: {count}")
    for chain, until in chains:
        click.echo(f"  {chain}, kept until {until}: evidence remove {chain} --as NAME")


@commands.command("sweep")
def sweep() -> None:
    """Delete what may go, as the nightly job does; chains of the record stay."""
    with transaction() as session:
        gone = sweeps.run(session, clock.now())
    for name, count in gone.items():
        click.echo(f"{name}: {count} deleted")
