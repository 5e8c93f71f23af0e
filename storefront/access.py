"""Who may use a view. Every view declares it; the application does not start with one that does not."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, current_app, g, redirect, request, session, url_for
from flask_login import current_user

from storefront.errors import Forbidden

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Member:
    """A member of the agency's staff, as far as other features need to know one."""

    id: int
    name: str
    email: str
    permissions: frozenset[str]


PUBLIC = "public"
CUSTOMER = "customer"


def public(view: View) -> View:
    """Anybody may use the view."""
    view.__dict__["access"] = PUBLIC
    return view


def customer(view: View) -> View:
    """Only a logged-in customer; services still load by owner."""
    view.__dict__["access"] = CUSTOMER
    return view


def staff(permission: str) -> Callable[[View], View]:
    """Only staff with the permission."""

    def mark(view: View) -> View:
        view.__dict__["access"] = f"staff:{permission}"
        return view

    return mark


def current_member() -> Member:
    """The member of staff who makes this request; only inside a view that `staff` marks."""
    return g.staff_member


def declared(app: Flask, endpoint: str | None) -> str | None:
    """What the view of an endpoint declares."""
    if endpoint is None:
        return None
    if endpoint == "static" or endpoint.endswith(".static"):
        return PUBLIC
    return getattr(app.view_functions.get(endpoint), "access", None)


def init_app(app: Flask) -> None:
    """Enforces the declarations on every request."""
    app.before_request(_enforce)


def check_all_declared(app: Flask) -> None:
    """Raises RuntimeError naming every view without a declaration."""
    missing = sorted(name for name in app.view_functions if declared(app, name) is None)
    if missing:
        raise RuntimeError(f"views that do not declare who may use them: {', '.join(missing)}")


def _enforce() -> Any:
    access = declared(current_app._get_current_object(), request.endpoint)  # type: ignore[attr-defined]
    if access is None or access == PUBLIC:  # no view at all: the 404 page
        return None
    if access == CUSTOMER:
        if current_user.is_authenticated:
            return None
        wanted = request.full_path if request.method == "GET" else request.referrer
        return redirect(url_for("accounts.login", next=wanted))
    return _enforce_staff(access.removeprefix("staff:"))


def _enforce_staff(permission: str) -> Any:
    member = current_app.extensions["staff_loader"](session)
    if member is None:
        return _to_the_login()
    g.staff_member = member
    if permission not in member.permissions:
        raise Forbidden
    return None


def _to_the_login() -> Any:
    """The login of the staff, which leads back to the page: that of the form, or that around a fragment."""
    if request.headers.get("HX-Request") == "true":
        wanted = request.headers.get("HX-Current-URL")
        return "", 204, {"HX-Redirect": url_for("staff.login", next=wanted)}
    wanted = request.full_path if request.method == "GET" else request.referrer
    return redirect(url_for("staff.login", next=wanted))
