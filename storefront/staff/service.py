"""Logins of members: password, then second factor, then a session that dies of idleness and old age."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, select, update
from sqlalchemy.orm import Session, joinedload

from storefront import crypto, roles
from storefront.access import Member
from storefront.accounts import passwords
from storefront.accounts.service import logins
from storefront.audit import service as audit
from storefront.audit.service import Deed
from storefront.errors import NotFound
from storefront.staff import rules
from storefront.staff.models import StaffMember, StaffSession

USER_AGENT_LENGTH = 300


@dataclass(frozen=True)
class Visit:
    """Where a login comes from: network address and browser."""

    address: str
    user_agent: str = ""


def member_of(row: StaffMember) -> Member:
    """What other features see of a member: who it is and what the roles permit."""
    return Member(row.id, row.name, row.email, roles.permissions_of(row.roles))


def find_member(session: Session, email: str) -> StaffMember | None:
    """The present member with an address."""
    return session.scalar(
        select(StaffMember).where(
            StaffMember.email == email.strip().lower(), StaffMember.left_at.is_(None)
        )
    )


def log_in(
    session: Session, email: str, password: str, visit: Visit, now: datetime
) -> str | logins.Wait | None:
    """The token of a login that is half-way: what opens is only the page of the second factor.

    None where address or password is wrong; Wait after many failures, which are counted as those of
    customers are, under a name of their own.
    """
    member = find_member(session, email)
    attempt = logins.Attempt(f"staff:{email.strip().lower()}", password, visit.address)
    known_hash = (member.password_hash or None) if member else None
    proven = logins.prove(session, attempt, known_hash, now)
    if isinstance(proven, logins.Wait):
        return proven
    return open_session(session, member, visit, now) if proven and member else None


def change_password(
    session: Session, member: StaffMember, old: str, visit: Visit, now: datetime, *, new: str
) -> logins.Wait | bool:
    """Sets another password for who knows the present one; False, or Wait, for who does not."""
    attempt = logins.Attempt(f"staff:{member.email}", old, visit.address)
    proven = logins.prove(session, attempt, member.password_hash or None, now)
    if proven is True:
        member.password_hash = passwords.hash_password(new)
        audit.record(session, member.id, Deed("members.password", "member", str(member.id)), now)
    return proven


def open_session(
    session: Session, member: StaffMember, visit: Visit, now: datetime, *, verified: bool = False
) -> str:
    """Begins a login and gives its token, of which the database keeps only the hash."""
    token = crypto.new_token()
    session.add(
        StaffSession(
            token_hash=crypto.token_hash(token),
            member_id=member.id,
            created_at=now,
            verified_at=now if verified else None,
            last_seen_at=now,
            ended_at=None,
            user_agent=visit.user_agent[:USER_AGENT_LENGTH],
        )
    )
    session.flush()
    return token


def find_half_way(session: Session, token: str, now: datetime) -> StaffSession | None:
    """The login of a token whose password was right a short while ago."""
    return session.scalar(
        _of_token(token).where(
            StaffSession.verified_at.is_(None),
            StaffSession.created_at > now - rules.LONGEST_HALF_WAY,
        )
    )


def complete(session: Session, half_way: StaffSession, visit: Visit, now: datetime) -> str:
    """The token of the whole login, once the second factor is proven; the half one is used up."""
    half_way.ended_at = now
    deed = Deed("members.login", "member", str(half_way.member_id))
    audit.record(session, half_way.member_id, deed, now)
    return open_session(session, half_way.member, visit, now, verified=True)


def find_login(session: Session, token: str, now: datetime) -> StaffSession | None:
    """The living login of a token with its member; it dies of idleness and of old age."""
    return session.scalar(_of_token(token).where(*_living(now)))


def note_seen(login: StaffSession, now: datetime) -> None:
    """Notes that the member is active."""
    if now - login.last_seen_at >= rules.SEEN_AGAIN_AFTER:
        login.last_seen_at = now


def logins_of(session: Session, member_id: int, now: datetime) -> Sequence[StaffSession]:
    """The living logins of a member, newest first."""
    return session.scalars(
        select(StaffSession)
        .where(StaffSession.member_id == member_id, *_living(now))
        .order_by(StaffSession.id.desc())
    ).all()


def end_login(session: Session, member_id: int, session_id: int, now: datetime) -> None:
    """Ends one of the member's own logins. Raises NotFound."""
    row = session.get(StaffSession, session_id)
    if row is None or row.member_id != member_id:
        raise NotFound
    row.ended_at = row.ended_at or now


def end_logins(
    session: Session, member_id: int, now: datetime, keep: StaffSession | None = None
) -> None:
    """Ends all logins of a member, except the one to keep."""
    statement = update(StaffSession).where(
        StaffSession.member_id == member_id, StaffSession.ended_at.is_(None)
    )
    if keep is not None:
        statement = statement.where(StaffSession.id != keep.id)
    session.execute(statement.values(ended_at=now))


def _of_token(token: str) -> Select[StaffSession]:
    return (
        select(StaffSession)
        .join(StaffSession.member)
        .options(joinedload(StaffSession.member))
        .where(
            StaffSession.token_hash == crypto.token_hash(token),
            StaffSession.ended_at.is_(None),
            StaffMember.left_at.is_(None),
        )
    )


def _living(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        StaffSession.ended_at.is_(None),
        StaffSession.verified_at.is_not(None),
        StaffSession.last_seen_at > now - rules.LONGEST_IDLE,
        StaffSession.created_at > now - rules.LONGEST_SESSION,
    )
