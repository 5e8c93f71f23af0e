"""The side menu of the staff's pages: a link shows where its page exists and the member may open it."""

from dataclasses import dataclass

from flask import current_app, g, request, url_for
from flask_babel import lazy_gettext as _l

from storefront.access import declared


@dataclass(frozen=True)
class Link:
    """One line of the menu; `key` follows g on the keyboard."""

    label: str
    address: str
    key: str
    current: bool


PLACES = (
    ("staff.index", _l("Home"), "h"),
    ("staff.team", _l("Team"), "t"),
    ("underwriting_staff.index", _l("Underwriting"), "u"),
    ("claims_staff.index", _l("Claims"), "c"),
    ("payouts_staff.index", _l("Payouts"), "o"),
    ("customers_staff.index", _l("Customers"), "k"),
    ("policies_staff.index", _l("Policies"), "p"),
    ("evidence_staff.index", _l("Evidence"), "e"),
    ("staff.held_payments", _l("Payments"), "y"),
    ("catalog_staff.index", _l("Products"), "r"),
    ("support_staff.index", _l("Support"), "s"),
    ("complaints_staff.index", _l("Complaints"), "b"),
    ("help_staff.index", _l("Help articles and replies"), "i"),
    ("lists_staff.index", _l("Lists"), "l"),
    ("dashboard_staff.index", _l("Dashboard"), "d"),
    ("staff.approvals", _l("Approvals"), "v"),
    ("staff.audit", _l("Audit"), "a"),
    ("staff.members", _l("Members"), "m"),
    ("staff.failed_jobs", _l("Jobs"), "j"),
)


def links() -> list[Link]:
    """What the member of this request may open, in the order of the day's work."""
    member = g.get("staff_member")
    if member is None:
        return []
    places = (
        (str(label), url_for(endpoint), key)
        for endpoint, label, key in PLACES
        if _permission(endpoint) in member.permissions
    )
    return [Link(label, address, key, _is_open(address)) for label, address, key in places]


def may_open(endpoint: str) -> bool:
    """Whether the page exists and the member of this request may open it."""
    member = g.get("staff_member")
    return member is not None and _permission(endpoint) in member.permissions


def _permission(endpoint: str) -> str:
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    return (declared(app, endpoint) or "").removeprefix("staff:")


def _is_open(address: str) -> bool:
    """A place is marked on all pages under it: /staff/members on /staff/members/7."""
    return request.path.split("/")[2:3] == address.split("/")[2:3]
