"""Use cases of staff accounts: adding members, their logins, and ending them."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from storefront import crypto, roles
from storefront.access import Member
from storefront.accounts import passwords
from storefront.accounts.rules import normalise_email
from storefront.accounts.service import logins
from storefront.db import violated
from storefront.staff.models import StaffMember, StaffSession

LONGEST_IDLE = timedelta(minutes=30)
LONGEST_SESSION = timedelta(hours=12)
SEEN_AGAIN_AFTER = timedelta(minutes=1)  # a row is not written at every request


class AlreadyStaff(Exception):
    """Somebody with this address is a member already."""


def add_member(session: Session, email: str, name: str, now: datetime) -> str:
    """Adds a member with every permission and gives the random password, which is kept nowhere.

    Raises:
        ValueError: where the address is none.
        AlreadyStaff: where it belongs to a member.
    """
    password = secrets.token_urlsafe(15)
    member = StaffMember(
        email=normalise_email(email),
        name=name,
        password_hash=passwords.hash_password(password),
        permissions=sorted(roles.ROLES),
        created_at=now,
        left_at=None,
    )
    session.add(member)
    try:
        session.flush()
    except IntegrityError as error:
        if violated(error) != "uq_staff_member_email":
            raise
        raise AlreadyStaff(email) from error
    return password


def member_of(row: StaffMember) -> Member:
    """What other features see of a member: who it is and what the roles permit."""
    return Member(row.id, row.name, row.email, roles.permissions_of(row.permissions))


def remove_member(session: Session, email: str, now: datetime) -> bool:
    """Ends the account of a member and every login of it; False where there is none."""
    member = _member(session, email)
    if member is None:
        return False
    member.left_at = now
    session.execute(
        update(StaffSession)
        .where(StaffSession.member_id == member.id, StaffSession.ended_at.is_(None))
        .values(ended_at=now)
    )
    return True


def has_members(session: Session) -> bool:
    """Whether anybody works here yet."""
    return session.scalar(select(StaffMember.id).limit(1)) is not None


def log_in(
    session: Session, email: str, password: str, address: str, now: datetime
) -> str | logins.Wait | None:
    """The token of a new login; None where address or password is wrong; Wait after many failures.

    Failures are counted as those of customers are, under a name of their own.
    """
    member = _member(session, email)
    attempt = logins.Attempt(email=f"staff:{email.lower()}", password=password, address=address)
    proven = logins.prove(session, attempt, member.password_hash if member else None, now)
    if isinstance(proven, logins.Wait):
        return proven
    if not proven or member is None:
        return None
    token = crypto.new_token()
    session.add(
        StaffSession(
            token_hash=crypto.token_hash(token),
            member_id=member.id,
            created_at=now,
            last_seen_at=now,
            ended_at=None,
        )
    )
    session.flush()
    return token


def find_login(session: Session, token: str, now: datetime) -> StaffSession | None:
    """The living login of a token with its member; it dies of idleness and of old age."""
    return session.scalar(
        select(StaffSession)
        .join(StaffSession.member)
        .options(joinedload(StaffSession.member))
        .where(
            StaffSession.token_hash == crypto.token_hash(token),
            StaffSession.ended_at.is_(None),
            StaffSession.last_seen_at > now - LONGEST_IDLE,
            StaffSession.created_at > now - LONGEST_SESSION,
            StaffMember.left_at.is_(None),
        )
    )


def note_seen(login: StaffSession, now: datetime) -> None:
    """Notes that the member is active."""
    if now - login.last_seen_at >= SEEN_AGAIN_AFTER:
        login.last_seen_at = now


def _member(session: Session, email: str) -> StaffMember | None:
    return session.scalar(
        select(StaffMember).where(
            StaffMember.email == email.strip().lower(), StaffMember.left_at.is_(None)
        )
    )
