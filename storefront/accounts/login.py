"""Who the visitor is: the login in the session cookie, and the cookie that marks a known browser.

The signed session cookie holds a random token; its row decides. A token that was logged out is
worth nothing, whoever replays it, and a new one is made at every login.
"""

import secrets
from datetime import datetime
from typing import Any

import flask
from flask import Flask, Request, Response, current_app, g, request
from itsdangerous import BadData
from sqlalchemy.orm import Session

from storefront import clock, crypto
from storefront.accounts import rules
from storefront.accounts.models import Customer, LoginSession
from storefront.accounts.service import logins
from storefront.db import db
from storefront.extensions import login_manager

TOKEN = "login"  # noqa: S105 - the name under which the session holds it
DEVICE_COOKIE = "device"
ACCOUNTS_PER_DEVICE = 5


def init_app(app: Flask) -> None:
    """Connects Flask-Login, which here only carries `current_user`."""
    login_manager.session_protection = None
    login_manager.request_loader(load_customer)
    app.teardown_request(_forget_visitor)


def load_customer(request: Request) -> Customer | None:
    """The customer whose living login the cookie holds: one query, and none for strangers."""
    token = flask.session.get(TOKEN)
    if not isinstance(token, str):
        return None
    g.login_session = logins.find_session(db.session, token, clock.now())
    return g.login_session.customer if g.login_session else None


def current_session() -> LoginSession | None:
    """The login of this request."""
    found: LoginSession | None = g.get("login_session")
    return found


def begin(session: Session, customer: Customer, now: datetime, remember: bool = False) -> None:
    """Logs the customer in with a fresh session; the former login of this browser ends."""
    end(session, now)
    flask.session[TOKEN] = logins.open_session(session, customer, request.user_agent.string, now)
    flask.session.permanent = remember
    _remember_device(customer.email)


def end(session: Session, now: datetime) -> None:
    """Logs out: the row ends, so that the old cookie is dead wherever it was copied to."""
    token = flask.session.get(TOKEN)
    row = logins.find_session(session, token, now) if isinstance(token, str) else None
    if row is not None:
        row.ended_at = now
    flask.session.clear()
    _forget_visitor()


def attempt(email: str, password: str) -> logins.Attempt:
    """A try to prove a password, from this network address and this browser."""
    return logins.Attempt(
        email=email,
        password=password,
        address=request.remote_addr or "127.0.0.1",
        device=_device_known_to(email),
    )


def _device_known_to(email: str) -> str | None:
    device = _device()
    return device["id"] if _account_mark(email) in device["accounts"] else None


def _device() -> dict[str, Any]:
    signer = crypto.signer(DEVICE_COOKIE)
    try:
        device: dict[str, Any] = signer.loads(
            request.cookies.get(DEVICE_COOKIE, ""), max_age=int(rules.DEVICE_VALID.total_seconds())
        )
    except BadData:
        device = {"id": secrets.token_urlsafe(12), "accounts": []}
    return device


def _remember_device(email: str) -> None:
    device = _device()
    mark = _account_mark(email)
    others = [known for known in device["accounts"] if known != mark]
    device["accounts"] = [mark, *others][:ACCOUNTS_PER_DEVICE]
    value = crypto.signer(DEVICE_COOKIE).dumps(device)

    @flask.after_this_request
    def set_cookie(response: Response) -> Response:
        response.set_cookie(
            DEVICE_COOKIE,
            value if isinstance(value, str) else value.decode(),
            max_age=rules.DEVICE_VALID,
            path="/account",
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
        )
        return response


def _account_mark(email: str) -> str:
    return crypto.lookup_hash("device", email)[:20]


def _forget_visitor(error: BaseException | None = None) -> None:
    """What a request found out must not outlive it, or the login that it began with."""
    g.pop("_login_user", None)
    g.pop("login_session", None)
