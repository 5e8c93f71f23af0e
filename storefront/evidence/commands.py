"""Command line of the evidence record: make an anchor, check everything, remove what has expired."""

import click
from flask import Flask
from flask.cli import AppGroup

from storefront import clock
from storefront.db import transaction
from storefront.errors import Refused
from storefront.evidence import anchors, checking, removal

commands = AppGroup("evidence", help="The tamper-evident record of sales.")


def init_app(app: Flask) -> None:
    """Registers the commands."""
    app.cli.add_command(commands)


@commands.command("anchor")
def anchor() -> None:
    """Make today's anchor over all chains, unless there is one, and print its digest."""
    with transaction() as session:
        made = anchors.anchor(session, clock.now())
        click.echo(f"{made.day} {made.digest} ({made.chains} chains, to record {made.through})")


@commands.command("verify")
@click.option("--anchor", "expected", help="A digest that an anchor must have, from the logs.")
def verify(expected: str | None) -> None:
    """Check chains, texts, removals and anchors; name what was altered and exit 1."""
    with transaction() as session:
        session.connection(execution_options=checking.SNAPSHOT)
        found = checking.distinct(checking.faults(session, clock.now()))
        counted = checking.counts(session)
        if expected and not anchors.exists(session, expected):
            found.append(checking.Fault(f"no anchor has the digest {expected}"))
    for fault in found:
        click.echo(str(fault), err=True)
    click.echo(
        f"{counted.chains} chains with {counted.records} records and {counted.anchors} anchors"
        f" checked, {len(found)} faults"
    )
    raise SystemExit(1 if found else 0)


@commands.command("remove")
@click.argument("chain")
@click.option("--as", "actor", required=True, help="Who decided it.")
def remove(chain: str, actor: str) -> None:
    """Remove a chain whose retention is over; the removal itself stays on record."""
    try:
        with transaction() as session:
            count = removal.remove(session, chain, actor, clock.now())
    except Refused as refused:
        raise click.ClickException(refused.message) from refused
    click.echo(f"{count} records of {chain} removed")
