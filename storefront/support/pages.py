"""The pages and commands of this feature, for the wiring."""

from flask import Flask

from storefront.attachments import gates
from storefront.support import attached, staff, staff_help, views
from storefront.support.commands import commands


def init_app(app: Flask) -> None:
    """Registers them."""
    for blueprint in (views.blueprint, staff.blueprint, staff.register, staff_help.blueprint):
        app.register_blueprint(blueprint)
    app.cli.add_command(commands)
    gates.register(attached.OWNER_KIND, attached.GATE)
