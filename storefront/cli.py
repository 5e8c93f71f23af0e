"""Commands of `flask --app wsgi …` that belong to no feature."""

import click
from flask import Flask, current_app
from flask_alembic import Alembic

import config
from storefront import jobs
from storefront.db import Base

alembic = Alembic(metadatas=Base.metadata, run_mkdir=False)


def init_app(app: Flask) -> None:
    """Registers the commands."""
    for command in (settings, worker):
        app.cli.add_command(command)


@click.command()
def settings() -> None:
    """List every setting, its present value and what it means."""
    for name, value, doc in config.describe():
        click.echo(f"{name} = {value}\n    {doc}")


@click.command()
@click.option("--once", is_flag=True, help="Stop when no job is left.")
def worker(once: bool) -> None:
    """Run background jobs until stopped."""
    jobs.run_worker(current_app._get_current_object(), stop_when_empty=once)  # type: ignore[attr-defined]


def is_ours(name: str | None, kind: str, parents: object) -> bool:
    """Whether a database object belongs to the models; the queue keeps tables of its own."""
    return not (kind == "table" and name is not None and name.startswith("procrastinate_"))
