"""Which assessment this browser made last. Not in the session: it has to outlive the login."""

from flask import current_app, request
from werkzeug.wrappers import Response

from storefront.advice.rules import VALID_FOR

COOKIE = "advice"


def remember(response: Response, ref: str) -> None:
    """Keeps the reference with the browser for as long as the assessment counts."""
    response.set_cookie(
        COOKIE,
        ref,
        max_age=VALID_FOR,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )


def remembered() -> str:
    """The reference that the browser brought along, empty without one."""
    return request.cookies.get(COOKIE, "")
