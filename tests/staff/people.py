"""Members of staff for everybody's tests: made in one call, logged in through the real pages.

member = make_member(session, ["underwriter"])
log_in(client, member)
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape

import pyotp
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from storefront import clock, roles
from storefront.access import Member
from storefront.accounts import passwords
from storefront.db import transaction
from storefront.extensions import limiter
from storefront.staff.models import StaffMember

PASSWORD = "a long pass phrase 42"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_hashes: dict[str, str] = {}


@dataclass(frozen=True)
class Colleague:
    """A member of staff and what opens their account."""

    id: int
    name: str
    email: str
    password: str
    totp_secret: str
    roles: tuple[str, ...]

    @property
    def member(self) -> Member:
        """What services take."""
        return Member(self.id, self.name, self.email, roles.permissions_of(self.roles))

    def code(self) -> str:
        """What the app shows now."""
        return pyotp.TOTP(self.totp_secret).at(clock.now())


def make_member(
    session: Session, role_names: Iterable[str] = (), name: str = "", password: str = PASSWORD
) -> Colleague:
    """A member with these roles who has an app already; commits. Any number of them can be made."""
    if password not in _hashes:  # hashing is slow on purpose, and the hash may be the same
        _hashes[password] = passwords.hash_password(password)
    with transaction():
        row = StaffMember(
            email=f"{pyotp.random_base32().lower()}@agency.example.com",
            name=name or "Colleague",
            password_hash=_hashes[password],
            roles=sorted(role_names),
            totp_secret=pyotp.random_base32(),
            totp_confirmed_at=clock.now(),
            created_at=clock.now(),
        )
        session.add(row)
        session.flush()
        row.name = name or f"Colleague {row.id}"
        return Colleague(
            row.id, row.name, row.email, password, str(row.totp_secret), tuple(row.roles)
        )


def log_in(client: FlaskClient, colleague: Colleague) -> FlaskClient:
    """Logs in with password and code; as often as one likes, although no code opens twice."""
    with client.application.app_context(), transaction() as session:
        limiter.reset()  # all tests come from one network address
        session.execute(
            update(StaffMember).where(StaffMember.id == colleague.id).values(totp_last_step=None)
        )
    answer = post(client, "/staff/login", email=colleague.email, password=colleague.password)
    assert answer.location == "/staff/login/code", answer.text
    answer = post(client, answer.location, code=colleague.code())
    assert answer.status_code == 303, answer.text
    return client


def second_browser(app: Flask, colleague: Colleague) -> FlaskClient:
    """Another browser, in English as the fixture `desk`, in which somebody is logged in."""
    client = app.test_client()
    client.set_cookie("language", "en")
    return log_in(client, colleague)


def post(client: FlaskClient, path: str, **data: str) -> TestResponse:
    """Sends a form as a browser would, with the token of its page."""
    found = TOKEN.search(client.get(path).text)
    token = {"csrf_token": unescape(found[1])} if found else {}
    return client.post(path, data={**token, **data})
