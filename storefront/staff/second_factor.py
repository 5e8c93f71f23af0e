"""The second factor of members: codes of an authenticator app, and recovery codes in its place."""

import secrets
from collections.abc import Callable
from datetime import datetime

import pyotp
import segno
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from storefront import crypto
from storefront.accounts.service import logins as counting
from storefront.audit import service as audit
from storefront.staff import rules
from storefront.staff.models import RecoveryCode, StaffMember


def begin_enrolment(session: Session, member: StaffMember) -> str:
    """The key the member puts into an app; the same one until a code of it has confirmed it."""
    member = _lock(session, member)
    if member.totp_secret is None or member.totp_confirmed_at is not None:
        member.totp_secret = pyotp.random_base32()
        member.totp_confirmed_at = member.totp_last_step = None
    return member.totp_secret


def address_for_app(member: StaffMember, issuer: str) -> str:
    """The `otpauth:` address that an app reads from the QR code."""
    return pyotp.TOTP(member.totp_secret or "").provisioning_uri(
        name=member.email, issuer_name=issuer
    )


def picture(address: str) -> str:
    """The QR code of an address as `data:` address of an SVG, dark on white in every colour scheme."""
    code: str = segno.make(address, error="m").svg_data_uri(
        scale=5, border=4, dark="#000", light="#fff"
    )
    return code


def confirm_enrolment(
    session: Session, member: StaffMember, code: str, address: str, now: datetime
) -> list[str] | counting.Wait | None:
    """The recovery codes, to be shown once, where the code is right; None where it is wrong."""
    member = _lock(session, member)
    if member.totp_secret is None or member.totp_confirmed_at is not None:
        return None
    proven = _counted(session, member, address, lambda: _use_code(member, code, now), now)
    if isinstance(proven, counting.Wait):
        return proven
    if not proven:
        return None
    member.totp_confirmed_at = now
    deed = audit.Deed("members.second-factor", "member", str(member.id))
    audit.record(session, member.id, deed, now)
    return new_recovery_codes(session, member)


def prove(
    session: Session, member: StaffMember, code: str, address: str, now: datetime
) -> bool | counting.Wait:
    """Whether the code of the app or an unused recovery code was given; failures are counted."""
    member = _lock(session, member)
    if member.totp_confirmed_at is None:
        return False
    return _counted(
        session,
        member,
        address,
        lambda: _use_code(member, code, now) or _use_recovery_code(session, member, code, now),
        now,
    )


def new_recovery_codes(session: Session, member: StaffMember) -> list[str]:
    """Ten new codes in place of the old ones; the database keeps only what recognises them."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.member_id == member.id))
    codes = [
        "".join(secrets.choice(rules.RECOVERY_ALPHABET) for _ in range(rules.RECOVERY_LENGTH))
        for _ in range(rules.RECOVERY_CODES)
    ]
    session.add_all(
        RecoveryCode(member_id=member.id, code_hash=_recovery_hash(member, code)) for code in codes
    )
    session.flush()
    return [rules.shown_recovery_code(code) for code in codes]


def recovery_codes_left(session: Session, member_id: int) -> int:
    """How many recovery codes are unused."""
    return session.scalar(
        select(func.count())
        .select_from(RecoveryCode)
        .where(RecoveryCode.member_id == member_id, RecoveryCode.used_at.is_(None))
    ) or 0  # fmt: skip


def forget(session: Session, member: StaffMember) -> None:
    """Takes the second factor away, so that the next login sets up a new one."""
    member.totp_secret = member.totp_confirmed_at = member.totp_last_step = None
    session.execute(delete(RecoveryCode).where(RecoveryCode.member_id == member.id))


def _use_code(member: StaffMember, code: str, now: datetime) -> bool:
    app = pyotp.TOTP(member.totp_secret or "")
    step = rules.used_step(
        rules.normalised_code(code), app.generate_otp, now, member.totp_last_step
    )
    if step is None:
        return False
    member.totp_last_step = step
    return True


def _use_recovery_code(session: Session, member: StaffMember, code: str, now: datetime) -> bool:
    used = session.scalar(
        update(RecoveryCode)
        .where(
            RecoveryCode.member_id == member.id,
            RecoveryCode.code_hash == _recovery_hash(member, rules.normalised_code(code)),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(RecoveryCode.id)
    )
    return used is not None


def _recovery_hash(member: StaffMember, code: str) -> str:
    return crypto.lookup_hash("recovery", f"{member.id}|{code}")


def _counted(
    session: Session, member: StaffMember, address: str, proof: Callable[[], bool], now: datetime
) -> bool | counting.Wait:
    attempt = counting.Attempt(email=f"staff-code:{member.id}", password="", address=address)
    return counting.count_failures(session, attempt, proof, now)


def _lock(session: Session, member: StaffMember) -> StaffMember:
    return session.get_one(StaffMember, member.id, with_for_update=True, populate_existing=True)
