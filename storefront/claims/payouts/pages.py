"""The pages and commands of payouts, for the wiring."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from storefront.claims.payouts import ordering, returning, staff, staff_bank
from storefront.claims.payouts.commands import commands
from storefront.claims.service import ex_gratia
from storefront.worklist import kinds


def init_app(app: Flask) -> None:
    """Registers them, and has ordered what becomes payable."""
    app.register_blueprint(staff.blueprint)
    app.register_blueprint(staff_bank.blueprint)
    app.cli.add_command(commands)
    ordering.connect()
    kinds.register(ordering.APPROVE_WORK, _l("Payout to approve"), "payouts_staff.show", "ref")
    kinds.register(ordering.PAYEES_WORK, _l("Payees to name"), "claims_staff.show", "ref")
    kinds.register(
        ordering.ASK_WORK, _l("Payment of the rules to ask for"), "claims_staff.money", "ref"
    )
    kinds.register(returning.HELD_WORK, _l("Line of the bank to clear"), "bank_staff.index", "line")
    kinds.register(
        ex_gratia.WORK, _l("Payment out of goodwill to decide"), "claims_staff.money", "ref"
    )
