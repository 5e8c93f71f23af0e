"""`flask --app wsgi staff …`: accounts of the agency's own people."""

import click
from flask.cli import AppGroup

from storefront import clock
from storefront.db import transaction
from storefront.roles import ROLES
from storefront.staff import members, service

commands = AppGroup("staff", help="Accounts of the agency's own people.")


@commands.command()
@click.argument("email")
@click.option("--name", default="", help="Name of the member; the address where it is left out.")
@click.option(
    "--role", "role_names", multiple=True, default=("administrator",), show_default=True,
    type=click.Choice(sorted(ROLES)), help="What the member may do; several times for several.",
)  # fmt: skip
def add(email: str, name: str, role_names: tuple[str, ...]) -> None:
    """Add a member and print the random password, once."""
    try:
        with transaction() as session:
            password = members.add(session, email, name or email, role_names, clock.now())
    except members.AlreadyStaff as error:
        raise click.ClickException(f"{email} is a member already.") from error
    except ValueError as error:
        raise click.ClickException(f"{email} is no e-mail address: {error}") from error
    click.echo(f"Staff account {email}, password {password} (shown only now)")
    click.echo("The first login at /staff/login sets up an authenticator app.")


@commands.command()
@click.argument("email")
def remove(email: str) -> None:
    """End a membership at once: all logins end, open work goes back to the queue."""
    with transaction() as session:
        member = service.find_member(session, email)
        if member is None:
            raise click.ClickException(f"{email} is no member.")
        members.leave(session, member, None, None, clock.now())
    click.echo(f"{email} is no member any more.")
