"""`flask --app wsgi figures …`: make the daily sums anew."""

import click
from flask.cli import AppGroup

from storefront import clock
from storefront.db import transaction
from storefront.figures import service, visits

commands = AppGroup("figures", help="The daily sums behind the dashboard.")


@commands.command()
def rebuild() -> None:
    """Make all daily sums anew, from the first quote until today."""
    now = clock.now()
    today = clock.local_date(now)
    visits.flush()
    with transaction() as session:
        first = service.first_day(session) or today
        service.refresh(session, first, today, now)
        service.refresh_standing(session, now)
    click.echo(f"Daily sums from {first} to {today}.")
