"""`flask --app wsgi staff …`: accounts of the agency's own people."""

import click
from flask.cli import AppGroup

from storefront import clock
from storefront.db import transaction
from storefront.staff import service

commands = AppGroup("staff", help="Accounts of the agency's own people.")


@commands.command()
@click.argument("email")
@click.option("--name", default="", help="Name of the member; the address where it is left out.")
def add(email: str, name: str) -> None:
    """Add a member and print the random password, once."""
    try:
        with transaction() as session:
            password = service.add_member(session, email, name or email, clock.now())
    except service.AlreadyStaff as error:
        raise click.ClickException(f"{email} is a member already.") from error
    except ValueError as error:
        raise click.ClickException(f"{email} is no e-mail address: {error}") from error
    click.echo(f"Staff account {email}, password {password} (shown only now)")


@commands.command()
@click.argument("email")
def remove(email: str) -> None:
    """End the account of a member, with all logins."""
    with transaction() as session:
        found = service.remove_member(session, email, clock.now())
    if not found:
        raise click.ClickException(f"{email} is no member.")
    click.echo(f"{email} is no member any more.")
