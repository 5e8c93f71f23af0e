"""Links sent by mail, each good for one use: made, found again, used up."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from flask import current_app
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from storefront import crypto
from storefront.accounts import rules
from storefront.accounts.models import AccountToken, Customer
from storefront.mail import Letter

VALIDITY = {
    "confirm": rules.CONFIRM_VALID,
    "reset": rules.RESET_VALID,
    "email-old": rules.CONFIRM_VALID,
    "email-new": rules.CONFIRM_VALID,
}
ENDPOINTS = {
    "confirm": "accounts.confirm",
    "reset": "accounts.choose_password",
    "email-old": "accounts.confirm_email_change",
    "email-new": "accounts.confirm_email_change",
}


class LinkState(StrEnum):
    """What became of a link."""

    USABLE = "usable"
    USED = "used"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


def address_of(endpoint: str, **values: Any) -> str:
    """Full address of a page for use in a mail; works in jobs, where there is no request."""
    base: str = current_app.extensions["settings"].base_url
    path = current_app.url_map.bind("localhost").build(endpoint, values)
    return base.rstrip("/") + path


def make(
    session: Session,
    customer: Customer,
    purpose: str,
    now: datetime,
    *,
    email: str,
    password_hash: str | None = None,
    then: str | None = None,
) -> str:
    """Makes a link for `email` and gives its address; `then` is the local page it leads on to."""
    token = crypto.new_token()
    session.add(
        AccountToken(
            token_hash=crypto.token_hash(token),
            purpose=purpose,
            customer_id=customer.id,
            email=email,
            password_hash=password_hash,
            created_at=now,
            expires_at=now + VALIDITY[purpose],
        )
    )
    values = {"token": token, "next": then} if then else {"token": token}
    return address_of(ENDPOINTS[purpose], **values)


def letter(template: str, recipient: str, language: str, **context: Any) -> Letter:
    """A mail about an account. Every call is a mail of its own."""
    key = f"account:{crypto.new_token()}"
    return Letter(key, recipient, f"account_{template}", language, context)


def find(
    session: Session, token: str, purposes: tuple[str, ...], now: datetime
) -> tuple[LinkState, AccountToken | None]:
    """What became of a link; the row stays locked, so that of two clicks at once one is first."""
    row = session.scalar(
        select(AccountToken)
        .where(
            AccountToken.token_hash == crypto.token_hash(token),
            AccountToken.purpose.in_(purposes),
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        return LinkState.UNKNOWN, None
    if row.used_at is not None:
        return LinkState.USED, row
    return (LinkState.USABLE if row.expires_at > now else LinkState.EXPIRED), row


def void(session: Session, customer_id: int, now: datetime, *purposes: str) -> None:
    """Ends the links of these purposes that are still unused; they count on in `too_many`."""
    session.execute(
        update(AccountToken)
        .where(
            AccountToken.customer_id == customer_id,
            AccountToken.purpose.in_(purposes),
            AccountToken.used_at.is_(None),
            AccountToken.expires_at > now,
        )
        .values(expires_at=now)
    )


def too_many(session: Session, customer_id: int, now: datetime) -> bool:
    """Whether so many links were sent lately that one more would only be a nuisance."""
    count = session.scalar(
        select(func.count())
        .select_from(AccountToken)
        .where(
            AccountToken.customer_id == customer_id,
            AccountToken.created_at > now - timedelta(hours=1),
        )
    )
    return (count or 0) >= rules.LINKS_PER_HOUR
