"""`flask --app wsgi claims …`: files for the bank, and what comes back."""

from typing import BinaryIO

import click
from flask.cli import AppGroup

from storefront import clock
from storefront.claims.payouts import bank_format, exporting, returning
from storefront.db import transaction

commands = AppGroup("claims", help="Payouts of claims: files for the bank and back.")


@commands.command("bank-file")
@click.argument("insurer")
@click.argument("target", type=click.File("wb"))
def bank_file(insurer: str, target: BinaryIO) -> None:
    """Write what is approved for INSURER and was not sent before into TARGET."""
    with transaction() as session:
        file = exporting.export(session, insurer, None, clock.now())
        data = exporting.content_of(file) if file else b""
    target.write(data)
    click.echo(f"{file.ref}: {file.lines} orders, {file.total} yuan" if file else "Nothing to pay.")


@commands.command("bank-return")
@click.argument("file", type=click.File("rb"))
def bank_return(file: BinaryIO) -> None:
    """Take in the return FILE of a bank; taking it in again changes nothing."""
    try:
        with transaction() as session:
            row, new = returning.take_in(session, file.read(), file.name, None, clock.now())
            counts = ", ".join(f"{name} {number}" for name, number in row.counts.items())
    except bank_format.Faulty as faulty:
        lines = "\n".join(f"line {line}: {slug}" for line, slug in faulty.faults)
        raise click.ClickException(f"Nothing of the file was used.\n{lines}") from None
    click.echo(counts if new else f"Taken in before: {counts}")
