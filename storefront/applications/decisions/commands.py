"""`flask --app wsgi underwriting …`: the queue, a case, and a decision without a browser."""

from decimal import Decimal

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from storefront import clock
from storefront.applications import service
from storefront.applications.decisions import case as cases
from storefront.applications.decisions import history, queue, referral
from storefront.applications.decisions.reading import exclusions_from
from storefront.applications.decisions.referral import Desk
from storefront.applications.draft import Draft, open_draft
from storefront.db import transaction
from storefront.errors import Conflict, NotFound
from storefront.underwriting.rules import CHANGED_TERMS
from storefront.underwriting.ruling import OUTCOMES, Ruling, RulingInvalid
from storefront.underwriting.terms import Terms, Until

commands = AppGroup("underwriting", help="Applications that wait for an underwriter.")


@commands.command("list")
def list_cases() -> None:
    """List what waits, the most urgent first."""
    with transaction() as session:
        for row in queue.waiting(session, None, None):
            due = row.item.due_at.astimezone(clock.SHANGHAI)
            click.echo(
                f"{row.application.ref}  {row.item.kind.partition('.')[2]:9}"
                f"  priority {row.item.priority}  due {due:%Y-%m-%d %H:%M}"
                f"  {row.application.product_code}  {row.assignee or '-'}"
            )


@commands.command()
@click.argument("ref")
def show(ref: str) -> None:
    """Show the findings and decisions of an application; answers stay in the workbench."""
    with transaction() as session:
        draft = _draft(session, ref)
        application = draft.application
        click.echo(f"{ref}  {application.product_code} {application.product_version}")
        click.echo(f"state {application.state}, premium {application.premium}")
        for row in history.decisions_of(session, application):
            click.echo(f"{row.at:%Y-%m-%d %H:%M}  {row.cause}: {row.outcome}")
            for finding in row.content["findings"]:
                read = ", ".join(finding["read"])
                click.echo(f"    {finding['rule']}: {finding['outcome']} (read {read})")
        for exclusion in draft.definition.underwriting.exclusions:
            click.echo(f"exclusion {exclusion.code}: {exclusion.text.en}")


@commands.command()
@click.argument("ref")
@click.option("--outcome", required=True, type=click.Choice(OUTCOMES))
@click.option("--percent", default="0", help="Loading in per cent of the premium.")
@click.option("--per-mille", default="0", help="Loading in per mille of the sum insured a year.")
@click.option("--exclusion", multiple=True, help="Code of an exclusion that `show` lists.")
@click.option("--person", default=1, help="Insured person whom the terms concern.")
@click.option("--months", default=0, help="Months after which to apply again.")
@click.option("--reason", required=True, help="Why, for colleagues.")
@click.option("--note", default="", help="What the customer reads.")
def decide(  # noqa: PLR0917 - one for each option
    ref: str,
    outcome: str,
    percent: str,
    per_mille: str,
    exclusion: tuple[str, ...],
    person: int,
    months: int,
    reason: str,
    note: str,
) -> None:
    """Decide about an application that is referred, or appealed against."""
    try:
        with transaction() as session:
            draft = _draft(session, ref)
            terms = _terms(draft, person - 1, (Decimal(percent), Decimal(per_mille)), exclusion)
            until = Until(months) if months else None
            special = terms if outcome in CHANGED_TERMS else ()
            ruling = Ruling(outcome, reason, note, special, until)
            referral.decide(session, draft, Desk(), ruling)
            state = draft.application.state
    except RulingInvalid as invalid:
        wrong = "; ".join(f"{field}: {slug}" for field, slug in invalid.faults)
        raise click.ClickException(wrong) from invalid
    except (Conflict, ArithmeticError) as error:
        raise click.ClickException(f"{ref} does not wait for this decision.") from error
    click.echo(f"{ref} is {state}")


def _draft(session: Session, ref: str) -> Draft:
    try:
        application = service.by_ref(session, ref)
    except NotFound as error:
        raise click.ClickException(f"no application is called {ref}") from error
    return open_draft(session, service.lock(session, application.id), clock.now())


def _terms(
    draft: Draft, person: int, loading: tuple[Decimal, Decimal], codes: tuple[str, ...]
) -> tuple[Terms, ...]:
    unknown = set(codes) - {item.code for item in draft.definition.underwriting.exclusions}
    if unknown or not 0 <= person < cases.people(draft):
        wrong = ", ".join(sorted(unknown)) or f"person {person + 1}"
        raise click.ClickException(f"{draft.definition.code} has no {wrong}")
    chosen = exclusions_from(draft.definition, codes, {})
    return (Terms(person, *loading, exclusions=chosen),)
