"""`flask --app wsgi search …`: make the index anew."""

import click
from flask.cli import AppGroup

from storefront.db import transaction
from storefront.search import index

commands = AppGroup("search", help="The index behind the staff's search.")


@commands.command()
def rebuild() -> None:
    """Make the index anew from all customers, applications and claims."""
    with transaction() as session:
        count = index.rebuild(session)
    click.echo(f"{count} entries.")
