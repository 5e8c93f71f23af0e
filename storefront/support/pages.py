"""The pages and commands of this feature, for the wiring."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from storefront.attachments import gates
from storefront.support import (  # staff_new adds to the pages of staff
    attached,
    complaints,
    staff,
    staff_help,
    staff_new,  # noqa: F401
    tickets,
    views,
)
from storefront.support.commands import commands
from storefront.worklist import kinds


def init_app(app: Flask) -> None:
    """Registers them."""
    for blueprint in (views.blueprint, staff.blueprint, staff.register, staff_help.blueprint):
        app.register_blueprint(blueprint)
    app.cli.add_command(commands)
    gates.register(attached.OWNER_KIND, attached.GATE)
    for kind, label in (
        (tickets.WORK, _l("Question to answer")),
        (complaints.WORK, _l("Complaint")),
        (complaints.REVIEW, _l("Review of a complaint")),
    ):
        kinds.register(kind, label, "support_staff.show", "ref")
