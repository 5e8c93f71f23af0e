"""Pages of accounts, under /account."""

from flask import Blueprint

blueprint = Blueprint("accounts", __name__, url_prefix="/account")

from storefront.accounts.views import (  # noqa: E402 - they register their pages with the blueprint
    entry,
    particulars,
    registration,
    security,
)

__all__ = ["blueprint", "entry", "particulars", "registration", "security"]
