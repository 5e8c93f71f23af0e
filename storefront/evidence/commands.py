"""Command line of the evidence record."""

import click
from flask import Flask
from flask.cli import AppGroup

from storefront.db import transaction
from storefront.evidence import service

commands = AppGroup("evidence", help="The tamper-evident record of sales.")


def init_app(app: Flask) -> None:
    """Registers the commands."""
    app.cli.add_command(commands)


@commands.command("verify")
def verify() -> None:
    """Check every chain and every stored text; name what was altered and exit 1."""
    with transaction() as session:
        names = service.chains(session)
        faults = [fault for name in names for fault in service.faults_in_chain(session, name)]
        faults += service.faults_in_contents(session)
    for fault in faults:
        click.echo(fault, err=True)
    click.echo(f"{len(names)} chains checked, {len(faults)} faults")
    raise SystemExit(1 if faults else 0)
