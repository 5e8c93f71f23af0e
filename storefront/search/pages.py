"""The pages and commands of this feature, for the wiring."""

from flask import Flask

from storefront import identity
from storefront.search import index, staff
from storefront.search.commands import commands


def init_app(app: Flask) -> None:
    """Registers them and begins to follow changes."""
    app.register_blueprint(staff.blueprint)
    app.cli.add_command(commands)
    app.jinja_env.filters.update(
        masked_email=identity.mask_email, masked_mobile=identity.mask_mobile
    )
    index.init_app()
