"""Background tasks of accounts.

Letters that only some addresses get are written here and not in the request, so that its time does
not tell which addresses have an account.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from storefront import clock, jobs, mail
from storefront.accounts import rules
from storefront.accounts.models import AccountToken, Customer, LoginFailure, LoginSession
from storefront.accounts.service import credentials, registration
from storefront.db import transaction


@jobs.job("accounts.send_reset_link")
def send_reset_link(request: str, email: str, language: str) -> None:
    """Answers a forgotten password; `request` names the wish, so that it is answered once."""
    _answer(request, lambda session, now: credentials.forgotten(session, email, language, now))


@jobs.job("accounts.send_confirmation_again")
def send_confirmation_again(request: str, email: str, language: str, then: str | None) -> None:
    """Answers a wish for another confirmation link, once."""
    _answer(
        request,
        lambda session, now: registration.confirmation_again(session, email, language, then, now),
    )


@jobs.job("accounts.tidy", cron="20 19 * * *")
def tidy() -> None:
    """Removes what has served its time: old failures, links, logins and accounts never confirmed."""
    now = clock.now()
    awaited = exists().where(
        AccountToken.customer_id == Customer.id, AccountToken.expires_at > now - rules.LINKS_KEPT
    )
    with transaction() as session:
        session.execute(delete(LoginFailure).where(LoginFailure.at < now - rules.FAILURE_WINDOW))
        session.execute(
            delete(LoginSession).where(LoginSession.expires_at < now - rules.SESSIONS_KEPT)
        )
        session.execute(
            delete(AccountToken).where(AccountToken.expires_at < now - rules.LINKS_KEPT)
        )
        session.execute(delete(Customer).where(Customer.email_confirmed_at.is_(None), ~awaited))


def _answer(request: str, write: Callable[[Session, datetime], mail.Letter | None]) -> None:
    key = f"account:{request}"
    with transaction() as session:
        if session.scalar(select(exists().where(mail.Mail.key == key))):
            return
        now = clock.now()
        letter = write(session, now)
        if letter is not None:
            mail.queue(session, replace(letter, key=key), now)
