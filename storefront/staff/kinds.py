"""Which decisions of the desk itself need two people, and what the roles are called."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from storefront.access import Member
from storefront.staff import approvals, desk, members
from storefront.staff.models import Approval, StaffMember

ROLE_CHANGE = "member.roles"
ROLE_NAMES = {
    "support": _l("Support"),
    "underwriter": _l("Underwriter"),
    "assessor": _l("Claims assessor"),
    "finance": _l("Finance"),
    "product": _l("Product"),
    "compliance": _l("Compliance"),
    "manager": _l("Manager"),
    "administrator": _l("Administrator"),
}


def register_all() -> None:
    """Makes the kinds known."""
    approvals.register(
        ROLE_CHANGE,
        approvals.Kind(_l("Change of roles"), "members.approve", _describe_roles, _set_roles),
    )
    approvals.register(
        desk.LARGE_REFUND,
        approvals.Kind(
            _l("Large refund"), "refunds.approve", _describe_refund, desk.return_approved
        ),
    )


def ask_for_roles(
    session: Session,
    member: StaffMember,
    by: Member,
    now: datetime,
    *,
    wanted: list[str],
    reason: str,
) -> int:
    """Asks for other roles of a member; gives the id of the request."""
    payload = {"member": member.id, "roles": sorted(wanted), "before": list(member.roles)}
    ask = approvals.Ask(ROLE_CHANGE, str(member.id), reason, payload)
    return approvals.request(session, ask, by, now)


def role_names(role_codes: list[str]) -> str:
    """What roles are called, as one text."""
    return ", ".join(str(ROLE_NAMES[code]) for code in role_codes) or "—"


def _describe_roles(session: Session, approval: Approval) -> list[tuple[str, str]]:
    member = session.get_one(StaffMember, approval.payload["member"])
    return [
        (_("Member"), f"{member.name}, {member.email}"),
        (_("Roles until now"), role_names(approval.payload["before"])),
        (_("Roles asked for"), role_names(approval.payload["roles"])),
    ]


def _set_roles(session: Session, approval: Approval, by: Member, now: datetime) -> None:
    member = members.get(session, approval.payload["member"])
    members.set_roles(session, member, approval.payload["roles"], by.id, now)


def _describe_refund(session: Session, approval: Approval) -> list[tuple[str, str]]:
    amount = f"{approval.payload['currency']} {approval.payload['amount']}"
    return [(_("Payment"), approval.subject), (_("Amount"), amount)]
