"""`flask --app wsgi support …`: mails that come in, the first articles."""

from typing import BinaryIO

import click
from flask.cli import AppGroup

from storefront import clock
from storefront.db import transaction
from storefront.support import attached, intake, texts

commands = AppGroup("support", help="Tickets and help articles.")


@commands.command("take-in")
@click.argument("files", nargs=-1, type=click.File("rb"), required=True)
def take_in(files: tuple[BinaryIO, ...]) -> None:
    """Take in mails as RFC 822 FILES, or - for standard input."""
    for file in files:
        now = clock.now()
        with transaction() as session:
            taken = intake.take_in(session, file.read(intake.MOST_BYTES + 1), now)
        attached.keep(taken.ref, taken.files, taken.sender, now)
        click.echo(f"{file.name}: {taken.outcome} {taken.ref or taken.reason}")


@commands.command()
def fill() -> None:
    """Put the first help articles and replies there, unless there are any."""
    with transaction() as session:
        done = texts.fill(session, clock.now())
    click.echo("Filled." if done else "There are articles already.")
