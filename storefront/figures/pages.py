"""The pages and commands of this feature, for the wiring."""

from flask import Flask

from storefront.figures import jobs, staff, visits  # noqa: F401 - the jobs become known
from storefront.figures.commands import commands


def init_app(app: Flask) -> None:
    """Registers them and begins to count visits."""
    app.register_blueprint(staff.blueprint)
    app.cli.add_command(commands)
    visits.init_app(app)
