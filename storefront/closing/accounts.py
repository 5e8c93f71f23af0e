"""What closing does to the account itself: logins, links, particulars, saved people, old mails."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, CursorResult, ScalarSelect, delete, func, select, update
from sqlalchemy.orm import Session

from storefront import crypto
from storefront.accounts.models import AccountToken, Customer, LoginSession, Person
from storefront.closing.report import Item, Notice, Part
from storefront.evidence.models import EvidenceRecord
from storefront.mail import NOBODY, Mail

LAST_MAIL = "closing:"


def look(session: Session, customer: Customer, now: datetime) -> Iterator[Item | Notice]:
    """What there is of the account."""
    chain = f"customer-{customer.id}"
    people, logins, mails, until = session.execute(
        select(
            _number_of(Person, Person.customer_id == customer.id),
            _number_of(LoginSession, LoginSession.customer_id == customer.id),
            _number_of(Mail, Mail.recipient == customer.email),
            select(func.max(EvidenceRecord.retain_until))
            .where(EvidenceRecord.chain == chain)
            .scalar_subquery(),
        )
    ).one()
    given = [customer.name, customer.mobile, customer.id_number]
    yield Item(_l("E-mail address and password"), 1, "deleted")
    yield Item(_l("Name, identity number and mobile number of the profile"),
               sum(value is not None for value in given), "deleted")  # fmt: skip
    yield Item(_l("People saved for applications"), people, "deleted")
    yield Item(_l("Logins on devices"), logins, "ended")
    yield Item(_l("Copies of mails to you"), mails, "deleted")
    if until is not None:
        yield Item(
            _l("Record of your consents"),
            1,
            "kept",
            _l("We have to be able to show that we had your consent."),
            "S-08",
            until,
        )


def act(session: Session, customer: Customer, now: datetime) -> None:
    """Nothing of it can be used or read any more."""
    session.execute(delete(LoginSession).where(LoginSession.customer_id == customer.id))
    session.execute(delete(AccountToken).where(AccountToken.customer_id == customer.id))
    session.execute(delete(Person).where(Person.customer_id == customer.id))
    _redact(session, Mail.recipient == customer.email, now)
    customer.email = f"closed-{customer.id}@{NOBODY}"
    customer.email_confirmed_at = None
    customer.password_hash = crypto.token_hash(crypto.new_token())  # no password has this hash
    customer.name = customer.mobile = customer.id_number = customer.id_number_hash = None
    customer.birth_date = customer.sex = None


def redact_sent_last_mails(session: Session, before: datetime) -> int:
    """Forgets whom the last mails went to; gives how many there were."""
    return _redact(
        session,
        Mail.key.startswith(LAST_MAIL) & (Mail.sent_at < before) & (Mail.recipient != ""),
        before,
    )


def _redact(session: Session, which: ColumnElement[bool], now: datetime) -> int:
    """The rows stay, so that no mail is sent a second time; unsent ones count as sent."""
    done: CursorResult[Any] = session.execute(  # type: ignore[assignment]
        update(Mail)
        .where(which)
        .values(recipient="", context={}, attachments=[], sent_at=func.coalesce(Mail.sent_at, now))
    )
    return done.rowcount


def _number_of(table: Any, which: ColumnElement[bool]) -> ScalarSelect[Any]:
    return select(func.count()).select_from(table).where(which).scalar_subquery()


PART = Part(look, act)
