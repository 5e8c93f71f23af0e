"""Who of the staff the visitor is, from keys of the session cookie that customers do not have."""

from datetime import datetime
from typing import Any

import flask
from flask import Flask, g, request
from sqlalchemy.orm import Session

from storefront import clock
from storefront.access import Member
from storefront.db import transaction
from storefront.staff import service
from storefront.staff.models import StaffSession

TOKEN = "staff"  # noqa: S105 - the name under which the session holds it
UNATTENDED = "X-Unattended"  # with it a page asks by itself, which is no sign that anybody is there
HALF_WAY = "staff-half-way"  # the password was right, the second factor is still to come


def init_app(app: Flask) -> None:
    """Gives `access` the way to find the member of a request."""
    app.extensions["staff_loader"] = load_member
    app.teardown_request(_forget_member)


def load_member(cookie: Any) -> Member | None:
    """The member whose living login the cookie holds."""
    token = cookie.get(TOKEN)
    if not isinstance(token, str):
        return None
    with transaction() as session:
        login = service.find_login(session, token, clock.now())
        if login is None:
            return None
        if UNATTENDED not in request.headers:
            service.note_seen(login, clock.now())
        g.staff_session_id = login.id
        return service.member_of(login.member)


def visit() -> service.Visit:
    """Where this request comes from."""
    return service.Visit(request.remote_addr or "127.0.0.1", request.user_agent.string)


def begin_half_way(token: str) -> None:
    """Puts a login that lacks its second factor into a fresh session."""
    flask.session.clear()
    flask.session[HALF_WAY] = token


def half_way(session: Session, now: datetime) -> StaffSession | None:
    """The login of this browser that lacks its second factor."""
    token = flask.session.get(HALF_WAY)
    return service.find_half_way(session, token, now) if isinstance(token, str) else None


def begin(token: str) -> None:
    """Puts a new login into a fresh session."""
    flask.session.clear()
    flask.session[TOKEN] = token


def end(session: Session, now: datetime) -> None:
    """Logs out: the row ends, so that the cookie is dead wherever it was copied to."""
    token = flask.session.get(TOKEN)
    login = service.find_login(session, token, now) if isinstance(token, str) else None
    if login is not None:
        login.ended_at = now
    flask.session.clear()


def _forget_member(error: BaseException | None = None) -> None:
    """What a request found out must not outlive it."""
    g.pop("staff_member", None)
    g.pop("staff_session_id", None)
