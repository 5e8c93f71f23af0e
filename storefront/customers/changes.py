"""Changes to a customer's contact data by a member of staff, each audited and told to the customer."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from storefront import mail
from storefront.access import Member
from storefront.accounts.models import Customer
from storefront.accounts.service import credentials, links
from storefront.audit import service as audit
from storefront.closing import service as closing
from storefront.closing.report import Report
from storefront.errors import Refused


@dataclass(frozen=True)
class Contact:
    """How to reach a customer, as a form gives it."""

    name: str | None
    mobile: str | None
    email: str


def change_contact(
    session: Session,
    customer: Customer,
    contact: Contact,
    member: Member,
    now: datetime,
    *,
    reason: str,
) -> bool:
    """Changes name and mobile number at once and tells the customer by mail.

    A new address counts only after the links in mails to both addresses were opened, as if the
    customer had asked; True where such mails went out. Raises Refused for a closed account.
    """
    _check_open(customer)
    before = {"name": customer.name, "mobile": customer.mobile, "email": customer.email}
    customer.name, customer.mobile = contact.name, contact.mobile
    after = {"name": contact.name, "mobile": contact.mobile, "email": contact.email}
    if before == after:
        return False
    deed = audit.Deed("customer.edit", "customer", str(customer.id), reason, before, after)
    audit.record(session, member.id, deed, now)
    if (before["name"], before["mobile"]) != (contact.name, contact.mobile):
        letter = links.letter("details_changed", customer.email, customer.language)
        mail.queue(session, letter, now)
    if contact.email == customer.email:
        return False
    credentials.ask_both_addresses(session, customer, contact.email, now)
    return True


def close(
    session: Session, customer: Customer, reason: str, member: Member, now: datetime
) -> Report:
    """Closes the account as the customer asked; gives what went and what stays.

    Raises errors.Conflict where it is closed, errors.Refused where something is still under way.
    """
    report = closing.close(session, customer, f"staff:{member.id}", now)
    deed = audit.Deed("customer.close", "customer", str(customer.id), reason)
    audit.record(session, member.id, deed, now)
    return report


def _check_open(customer: Customer) -> None:
    if customer.closed_at is not None:
        raise Refused(_("This account is closed."))
