"""Who works here: adding and inviting members, their roles, ending a membership.

Roles change only through an approval by a second person (`approvals.py`) or on the command line.
"""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storefront import mail
from storefront.access import Member
from storefront.accounts import passwords
from storefront.accounts.rules import normalise_email
from storefront.accounts.service import links
from storefront.audit import service as audit
from storefront.crypto import new_token, token_hash
from storefront.db import violated
from storefront.errors import NotFound, Refused
from storefront.extensions import current_language
from storefront.staff import rules, second_factor, service
from storefront.staff.models import Invitation, StaffMember
from storefront.worklist import service as worklist


class AlreadyStaff(Exception):
    """Somebody with this address is a member already."""


def add(session: Session, email: str, name: str, role_names: Iterable[str], now: datetime) -> str:
    """Adds a member and gives the random password, which is kept nowhere: for the command line.

    Raises:
        ValueError: where the address is none.
        AlreadyStaff: where it belongs to a member.
    """
    password = secrets.token_urlsafe(15)
    member = _enter(session, email, name, now)
    member.password_hash = passwords.hash_password(password)
    member.roles = sorted(role_names)
    _record(session, None, "members.add", member, now, after={"roles": member.roles})
    return password


def invite(session: Session, email: str, name: str, by: Member, now: datetime) -> StaffMember:
    """A member without roles, who is sent a link. Raises as `add` does."""
    member = _enter(session, email, name, now)
    _record(session, by.id, "members.invite", member, now, after={"email": member.email})
    send_invitation(session, member, by.id, now)
    return member


def invite_again(session: Session, member: StaffMember, by: Member, now: datetime) -> None:
    """A link for a new password and a new second factor, at the member's own address."""
    _record(session, by.id, "members.invite-again", member, now)
    send_invitation(session, member, by.id, now)


def send_invitation(session: Session, member: StaffMember, by_id: int | None, now: datetime) -> str:
    """Sends the link for a password and a second factor, valid once; earlier ones end. Gives it."""
    _void_invitations(session, member.id, now)
    token = new_token()
    session.add(
        Invitation(
            token_hash=token_hash(token),
            member_id=member.id,
            invited_by_id=by_id,
            created_at=now,
            expires_at=now + rules.INVITATION_VALID,
            used_at=None,
        )
    )
    link = links.address_of("staff.accept_invitation", token=token)
    letter = mail.Letter(
        key=f"staff-invitation:{token_hash(token)}",
        recipient=member.email,
        template="staff_invitation",
        language=current_language(),
        context={"link": link, "name": member.name},
    )
    mail.queue(session, letter, now)
    return link


def find_invitation(session: Session, token: str, now: datetime) -> Invitation | None:
    """The invitation of a link while it can be used; locked, so that of two clicks one is first."""
    return session.scalar(
        select(Invitation)
        .join(Invitation.member)
        .where(
            Invitation.token_hash == token_hash(token),
            Invitation.used_at.is_(None),
            Invitation.expires_at > now,
            StaffMember.left_at.is_(None),
        )
        .with_for_update(of=Invitation)
    )


def accept(session: Session, invitation: Invitation, password: str, now: datetime) -> StaffMember:
    """Sets the password; every login ends and the second factor is set up anew."""
    member = session.get_one(StaffMember, invitation.member_id, with_for_update=True)
    invitation.used_at = now
    member.password_hash = passwords.hash_password(password)
    second_factor.forget(session, member)
    service.end_logins(session, member.id, now)
    _record(session, member.id, "members.accept", member, now)
    return member


def get(session: Session, member_id: int) -> StaffMember:
    """A present member. Raises NotFound."""
    member = session.get(StaffMember, member_id)
    if member is None or member.left_at is not None:
        raise NotFound
    return member


def present(session: Session) -> Sequence[StaffMember]:
    """Everybody who works here, by name."""
    return session.scalars(
        select(StaffMember)
        .where(StaffMember.left_at.is_(None))
        .order_by(StaffMember.name, StaffMember.id)
    ).all()


def names(session: Session) -> dict[int, str]:
    """Name of everybody who works here or did, by id, in the order of the names."""
    rows = session.execute(
        select(StaffMember.id, StaffMember.name).order_by(StaffMember.name, StaffMember.id)
    )
    return {row.id: row.name for row in rows}


def has_members(session: Session) -> bool:
    """Whether anybody works here yet."""
    return session.scalar(select(StaffMember.id).limit(1)) is not None


def set_roles(
    session: Session,
    member: StaffMember,
    role_names: Iterable[str],
    by_id: int | None,
    now: datetime,
) -> None:
    """Gives a member other roles, from the next request on. Raises Refused for the last administrator."""
    wanted = sorted(set(role_names))
    if "administrator" not in wanted:
        _keep_an_administrator(session, member)
    before = {"roles": member.roles}
    member.roles = wanted
    _record(session, by_id, "members.roles", member, now, before=before, after={"roles": wanted})


def leave(
    session: Session,
    member: StaffMember,
    successor: Member | None,
    by_id: int | None,
    now: datetime,
) -> int:
    """Ends a membership at once: logins, links, and the work goes on to `successor` or the queue.

    Gives how many pieces of work were handed on. Raises Refused for the last administrator, whom only
    the command line (`by_id` None) can send away.
    """
    if by_id is not None:
        _keep_an_administrator(session, member)
    member.left_at = now
    service.end_logins(session, member.id, now)
    _void_invitations(session, member.id, now)
    handed_on = worklist.hand_on_all(session, member.id, successor, now)
    after = {"left_at": now.isoformat(), "work_handed_on": handed_on}
    _record(session, by_id, "members.leave", member, now, after=after)
    return handed_on


def _enter(session: Session, email: str, name: str, now: datetime) -> StaffMember:
    """A member without roles and password; somebody who left comes back to the same row."""
    address = normalise_email(email)
    former = session.scalar(
        select(StaffMember)
        .where(StaffMember.email == address, StaffMember.left_at.is_not(None))
        .with_for_update()
    )
    member = former or StaffMember(email=address, created_at=now)
    member.name, member.password_hash, member.roles, member.left_at = name, "", [], None
    session.add(member)
    try:
        session.flush()
    except IntegrityError as error:
        if violated(error) != "uq_staff_member_email":
            raise
        raise AlreadyStaff(email) from error
    second_factor.forget(session, member)
    return member


def _keep_an_administrator(session: Session, member: StaffMember) -> None:
    """Nobody could let anybody in again. The lock keeps two administrators from leaving at once."""
    others = session.scalars(
        select(StaffMember.id)
        .where(
            StaffMember.roles.contains(["administrator"]),
            StaffMember.left_at.is_(None),
            StaffMember.password_hash != "",
        )
        .order_by(StaffMember.id)
        .with_for_update()
    ).all()
    if list(others) == [member.id]:
        raise Refused(_("This is the last administrator. Please name another one first."))


def _void_invitations(session: Session, member_id: int, now: datetime) -> None:
    session.execute(
        update(Invitation)
        .where(
            Invitation.member_id == member_id,
            Invitation.used_at.is_(None),
            Invitation.expires_at > now,
        )
        .values(expires_at=now)
    )


def _record(
    session: Session,
    by_id: int | None,
    action: str,
    member: StaffMember,
    now: datetime,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    deed = audit.Deed(action, "member", str(member.id), before=before or {}, after=after or {})
    audit.record(session, by_id, deed, now)
