"""Proving who one is: the password check that slows down, and the rows of logins."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    bindparam,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.orm import Session, contains_eager, defer

from storefront import crypto
from storefront.accounts import passwords, rules
from storefront.accounts.models import Customer, LoginFailure, LoginSession
from storefront.errors import NotFound

USER_AGENT_LENGTH = 300


@dataclass(frozen=True)
class Attempt:
    """One try to prove a password.

    `address` is the network address. `device` names a browser that has logged in to this account
    before: its tries are counted by themselves, so that strangers cannot slow it down.
    """

    email: str
    password: str
    address: str
    device: str | None = None

    @property
    def account_key(self) -> str:
        """Under which failures of this account (and device) are counted."""
        return crypto.lookup_hash("login", f"{self.email}|{self.device or ''}")


@dataclass(frozen=True)
class Wait:
    """The attempt was not looked at; the next one will be in so many seconds."""

    seconds: int


def authenticate(session: Session, attempt: Attempt, now: datetime) -> Customer | Wait | None:
    """The customer whose password this is.

    An unknown address, an unconfirmed one and a wrong password all give None, after the same work.
    """
    known = session.execute(
        select(Customer.id, Customer.password_hash).where(
            Customer.email == attempt.email,
            Customer.email_confirmed_at.is_not(None),
            Customer.closed_at.is_(None),
        )
    ).first()
    proven = prove(session, attempt, known.password_hash if known else None, now)
    if isinstance(proven, Wait):
        return proven
    if not proven or known is None:
        return None
    customer = session.get_one(Customer, known.id, with_for_update=True)
    if customer.password_hash != known.password_hash:  # changed meanwhile, and all logins ended
        return None
    if passwords.needs_rehash(customer.password_hash):
        customer.password_hash = passwords.hash_password(attempt.password)
    return customer


def prove(
    session: Session, attempt: Attempt, password_hash: str | None, now: datetime
) -> bool | Wait:
    """Whether the password is right; failures are counted, and too many mean waiting."""
    return count_failures(
        session, attempt, lambda: passwords.verify(password_hash, attempt.password), now
    )


def count_failures(
    session: Session, attempt: Attempt, proof: Callable[[], bool], now: datetime
) -> bool | Wait:
    """What `proof` says, unless too many failures came before.

    Tries on one account queue behind its lock, so that a hundred at once are not a hundred guesses.
    """
    key = attempt.account_key
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 1))))
    seconds = _seconds_to_wait(session, attempt, now)
    if seconds:
        return Wait(seconds)
    if proof():
        session.execute(delete(LoginFailure).where(LoginFailure.account_hash == key))
        return True
    session.add(LoginFailure(account_hash=key, address=rules.network_of(attempt.address), at=now))
    return False


def open_session(session: Session, customer: Customer, user_agent: str, now: datetime) -> str:
    """Begins a login and gives its token, of which the database keeps only the hash."""
    token = crypto.new_token()
    session.add(
        LoginSession(
            token_hash=crypto.token_hash(token),
            customer_id=customer.id,
            created_at=now,
            expires_at=now + rules.SESSION_VALID,
            user_agent=user_agent[:USER_AGENT_LENGTH],
        )
    )
    return token


def find_session(session: Session, token: str, now: datetime) -> LoginSession | None:
    """The living login of a token, with its customer, in one query."""
    return session.scalar(
        _session_of_token(), {"token_hash": crypto.token_hash(token), "moment": now}
    )


@cache
def _session_of_token() -> Select[LoginSession]:
    # Every page of a customer asks this, and building the question takes longer than answering it.
    return (
        select(LoginSession)
        .join(LoginSession.customer)
        .options(
            contains_eager(LoginSession.customer).options(
                defer(Customer.id_number), defer(Customer.mobile)
            )
        )
        .where(
            LoginSession.token_hash == bindparam("token_hash"),
            *_living(bindparam("moment")),
            Customer.closed_at.is_(None),
        )
    )


def sessions_of(session: Session, customer_id: int, now: datetime) -> Sequence[LoginSession]:
    """The living logins of a customer, newest first."""
    return session.scalars(
        select(LoginSession)
        .where(LoginSession.customer_id == customer_id, *_living(now))
        .order_by(LoginSession.created_at.desc(), LoginSession.id.desc())
    ).all()


def end_session(session: Session, customer_id: int, session_id: int, now: datetime) -> None:
    """Ends one of the customer's own logins. Raises NotFound."""
    row = session.get(LoginSession, session_id)
    if row is None or row.customer_id != customer_id:
        raise NotFound
    row.ended_at = row.ended_at or now


def end_all(
    session: Session, customer_id: int, now: datetime, keep: LoginSession | None = None
) -> None:
    """Ends every login of a customer, except the one to keep."""
    statement = update(LoginSession).where(
        LoginSession.customer_id == customer_id, LoginSession.ended_at.is_(None)
    )
    if keep is not None:
        statement = statement.where(LoginSession.id != keep.id)
    session.execute(statement.values(ended_at=now))


def _living(now: datetime | BindParameter[datetime]) -> tuple[ColumnElement[bool], ...]:
    return LoginSession.ended_at.is_(None), LoginSession.expires_at > now


def _seconds_to_wait(session: Session, attempt: Attempt, now: datetime) -> int:
    counts = [(LoginFailure.account_hash == attempt.account_key, rules.ACCOUNT_DELAY)]
    if attempt.device is None:
        address = rules.network_of(attempt.address)
        counts.append((LoginFailure.address == address, rules.ADDRESS_DELAY))
    longest = 0
    for condition, scale in counts:
        failures, last = session.execute(
            select(func.count(), func.max(LoginFailure.at)).where(
                condition, LoginFailure.at > now - rules.FAILURE_WINDOW
            )
        ).one()
        longest = max(longest, rules.seconds_to_wait(failures, last, scale, now))
    return longest
