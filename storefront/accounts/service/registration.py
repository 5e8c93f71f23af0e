"""Registering with an e-mail address and confirming it. Nobody learns whether an address is known."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from storefront import mail
from storefront.accounts import passwords
from storefront.accounts.models import AccountToken, Customer
from storefront.accounts.service import links, logins


def register(
    session: Session,
    now: datetime,
    *,
    email: str,
    password: str,
    language: str,
    then: str | None = None,
) -> None:
    """Begins an account, or writes to the owner of the address that somebody tried.

    Both take the same work, and of two registrations at once one makes the account.
    """
    password_hash = passwords.hash_password(password)
    session.execute(
        insert(Customer)
        .values(email=email, password_hash=password_hash, language=language, created_at=now)
        .on_conflict_do_nothing(index_elements=[Customer.email])
    )
    customer = session.scalars(select(Customer).where(Customer.email == email)).one()
    if links.too_many(session, customer.id, now):
        return
    if customer.email_confirmed_at is None:
        link = links.make(
            session, customer, "confirm", now, email=email, password_hash=password_hash, then=then
        )
        letter = links.letter("confirm", email, language, link=link)
    else:
        link = links.make(session, customer, "reset", now, email=email)
        letter = links.letter("exists", email, language, link=link)
    mail.queue(session, letter, now)


def confirmation_again(
    session: Session, email: str, language: str, then: str | None, now: datetime
) -> mail.Letter | None:
    """A letter with a fresh link, where an unconfirmed account waits for one."""
    customer = session.scalar(select(Customer).where(Customer.email == email))
    if (
        customer is None
        or customer.email_confirmed_at is not None
        or links.too_many(session, customer.id, now)
    ):
        return None
    link = links.make(
        session,
        customer,
        "confirm",
        now,
        email=email,
        password_hash=customer.password_hash,
        then=then,
    )
    return links.letter("confirm", email, language, link=link)


def confirm(
    session: Session, row: AccountToken, attempt: logins.Attempt, now: datetime
) -> Customer | logins.Wait | None:
    """Confirms the address of a usable link, together with the password chosen with that link.

    Asking for the password keeps out whoever registered an address of somebody else.
    """
    proven = logins.prove(session, attempt, row.password_hash, now)
    if isinstance(proven, logins.Wait):
        return proven
    if not proven or row.password_hash is None:
        return None
    customer = session.get_one(Customer, row.customer_id, with_for_update=True)
    row.used_at = now
    customer.email_confirmed_at = customer.email_confirmed_at or now
    customer.password_hash = row.password_hash
    session.flush()
    links.void(session, customer.id, now, "confirm")
    return customer
