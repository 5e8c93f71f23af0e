"""Which decisions of the desk itself need two people, and what roles and kinds of work are called."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from storefront.access import Member
from storefront.staff import approvals, desk, members
from storefront.staff.models import Approval, StaffMember
from storefront.worklist import kinds as work_kinds

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
# Work of features whose staff pages do not name it themselves: its name, and the page that takes its
# subject as `ref`. Without such a page the work is shown all the same.
WORK = (
    ("underwriting.referral", _l("Application to decide"), "underwriting_staff.case"),
    ("underwriting.appeal", _l("Decision to look at again"), "underwriting_staff.case"),
    ("claims.assess", _l("Claim to assess"), "claims_staff.show"),
    ("claims.documents", _l("Documents of a claim to ask for"), "claims_staff.show"),
    ("claims.advance", _l("Advance on a claim"), "claims_staff.show"),
    ("claims.objection", _l("Objection to a claim decision"), "claims_staff.show"),
    ("claims.letter", _l("Letter about a claim"), "claims_staff.show"),
    ("claims.pay", _l("Claim to pay"), "claims_staff.show"),
)


def register_all() -> None:
    """Makes the kinds known."""
    for name, label, endpoint in WORK:
        work_kinds.register(name, label, endpoint, "ref")
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
