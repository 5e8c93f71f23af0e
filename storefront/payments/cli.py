"""`flask --app wsgi payments …`: reconcile with Stripe, decide about held money."""

from collections.abc import Callable
from datetime import UTC, datetime

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from storefront import clock
from storefront.audit import service as audit
from storefront.audit.service import Deed
from storefront.db import transaction
from storefront.errors import NotFound, StorefrontError
from storefront.payments import reconcile as reconciliation
from storefront.payments import service, stripe_client
from storefront.payments.models import Payment

commands = AppGroup("payments", help="Payments: reconcile with Stripe, decide about held money.")


@commands.command()
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]),
    help="First moment looked at, UTC; three days ago if left out.",
)
def reconcile(since: datetime | None) -> None:
    """Fetch from Stripe what the webhook missed, and print what it came to."""
    start = since.replace(tzinfo=UTC) if since else clock.now() - reconciliation.LOOK_BACK
    try:
        counts = reconciliation.reconcile(start)
    except stripe_client.StripeTrouble as trouble:
        raise click.ClickException(f"Stripe does not answer as expected: {trouble}") from trouble
    click.echo(f"since {start:%Y-%m-%d %H:%M} UTC")
    for name, count in counts.items():
        click.echo(f"{name}: {count}")


@commands.command()
def held() -> None:
    """List the payments whose money waits for a decision, and refunds that failed."""
    with transaction() as session:
        for payment in service.held_payments(session):
            currency = payment.received_currency or payment.currency
            click.echo(
                f"{payment.ref} {service.paid_amount(payment)} {currency}"
                f" (asked {payment.amount} {payment.currency})"
                f" application {payment.application.ref}: {payment.held_reason}"
            )
        for failed in service.failed_refunds(session):
            click.echo(f"{failed.payment.ref} refund {failed.ref} failed: {failed.failure}")


@commands.command()
@click.argument("ref")
def refund(ref: str) -> None:
    """Send a held payment back."""
    _decide(ref, "refunded", service.refund_held)


@commands.command()
@click.argument("ref")
def release(ref: str) -> None:
    """Let a held payment lead to its policy, if it fits the application exactly."""
    _decide(ref, "released", service.release_hold)


def _decide(ref: str, done: str, decision: Callable[[Session, Payment, datetime], object]) -> None:
    now = clock.now()
    try:
        with transaction() as session:
            payment = service.get(session, ref)
            deed = Deed(f"payments.{done}", "payment", ref, before={"held": payment.held_reason})
            decision(session, payment, now)
            audit.record(session, None, deed, now)
    except NotFound as error:
        raise click.ClickException(f"There is no payment {ref}.") from error
    except StorefrontError as error:
        raise click.ClickException(error.message) from error
    click.echo("done")
