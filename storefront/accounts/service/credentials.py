"""Changing what one logs in with: a forgotten password, a new password, a new e-mail address."""

from dataclasses import replace
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storefront import mail
from storefront.accounts import passwords
from storefront.accounts.models import AccountToken, Customer, LoginSession
from storefront.accounts.service import links, logins
from storefront.db import violated
from storefront.errors import Conflict


def forgotten(session: Session, email: str, language: str, now: datetime) -> mail.Letter | None:
    """A letter with a link to choose a new password, where the address has an account."""
    customer = session.scalar(select(Customer).where(Customer.email == email))
    if (
        customer is None
        or customer.closed_at is not None
        or links.too_many(session, customer.id, now)
    ):
        return None
    link = links.make(session, customer, "reset", now, email=email)
    return links.letter("reset", email, language, link=link)


def reset_password(session: Session, row: AccountToken, password: str, now: datetime) -> Customer:
    """Sets the password through a usable link; every login ends, and the address is confirmed."""
    customer = session.get_one(Customer, row.customer_id, with_for_update=True)
    row.used_at = now
    customer.email_confirmed_at = customer.email_confirmed_at or now
    _set_password(session, customer, password, now, keep=None)
    return customer


def change_password(
    session: Session,
    customer: Customer,
    attempt: logins.Attempt,
    now: datetime,
    *,
    new_password: str,
    keep: LoginSession | None,
) -> bool | logins.Wait:
    """Sets a new password where the present one is right; all other logins end."""
    proven = logins.prove(session, attempt, customer.password_hash, now)
    if proven is True:
        _set_password(session, customer, new_password, now, keep=keep)
    return proven


def request_email_change(
    session: Session,
    customer: Customer,
    attempt: logins.Attempt,
    now: datetime,
    *,
    new_email: str,
) -> bool | logins.Wait:
    """Writes to both addresses where the password is right; nothing changes until both agree.

    A new address that has an account already gets a mail saying so; the page tells no difference.
    """
    proven = logins.prove(session, attempt, customer.password_hash, now)
    if proven is not True or links.too_many(session, customer.id, now):
        return proven
    ask_both_addresses(session, customer, new_email, now)
    return True


def ask_both_addresses(session: Session, customer: Customer, new_email: str, now: datetime) -> None:
    """Sends a link to both addresses; the caller has made sure who asks."""
    links.void(session, customer.id, now, "email-old", "email-new")
    taken = session.scalar(select(Customer.id).where(Customer.email == new_email)) is not None
    for purpose, recipient in (("email-old", customer.email), ("email-new", new_email)):
        link = links.make(session, customer, purpose, now, email=new_email)
        letter = links.letter(
            purpose.replace("-", "_"), recipient, customer.language, link=link, email=new_email
        )
        if taken and purpose == "email-new":
            letter = replace(letter, template="account_email_taken", context={})
        mail.queue(session, letter, now)


def confirm_email_change(session: Session, row: AccountToken, now: datetime) -> bool:
    """Uses one of the two links; True when both were used and the address has changed.

    Raises:
        Conflict: somebody registered the new address meanwhile.
    """
    customer = session.get_one(Customer, row.customer_id, with_for_update=True)
    row.used_at = now
    session.flush()
    used = session.scalar(
        select(func.count(func.distinct(AccountToken.purpose))).where(
            AccountToken.customer_id == row.customer_id,
            AccountToken.created_at == row.created_at,  # the two links of one wish
            AccountToken.purpose.in_(("email-old", "email-new")),
            AccountToken.used_at.is_not(None),
        )
    )
    if used != 2:
        return False
    former, customer.email = customer.email, row.email
    try:
        session.flush()
    except IntegrityError as error:
        if violated(error) != "uq_customer_email":
            raise
        raise Conflict(
            _("This address has an account of its own by now, so nothing was changed.")
        ) from error
    links.void(session, customer.id, now, "reset")
    mail.queue(session, links.letter("email_changed", former, customer.language), now)
    return True


def _set_password(
    session: Session,
    customer: Customer,
    password: str,
    now: datetime,
    keep: LoginSession | None,
) -> None:
    customer.password_hash = passwords.hash_password(password)
    logins.end_all(session, customer.id, now, keep)
    session.flush()
    links.void(session, customer.id, now, "reset", "confirm", "email-old", "email-new")
    letter = links.letter(
        "password_changed",
        customer.email,
        customer.language,
        link=links.address_of("accounts.forgot_password"),
    )
    mail.queue(session, letter, now)
