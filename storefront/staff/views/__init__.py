"""Pages of the desk itself, under /staff: signing in, home, members, approvals, audit, what failed."""

from flask import Blueprint

blueprint = Blueprint("staff", __name__, url_prefix="/staff")

from storefront.staff.views import (  # noqa: E402 - they register their pages with the blueprint
    account,
    approvals,
    audit,
    entry,
    failures,
    home,
    members,
    unmasking,
)

__all__ = [
    "account",
    "approvals",
    "audit",
    "blueprint",
    "entry",
    "failures",
    "home",
    "members",
    "unmasking",
]
