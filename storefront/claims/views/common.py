"""What the pages of claims share: who asks, and what a browser was let in to."""

from flask import redirect, request, session, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from storefront.claims.service.access import Visitor
from storefront.errors import NotFound

REFS = "claims"
MOST_REFS = 12


def visitor() -> Visitor:
    """Who makes this request."""
    customer_id = current_user.id if current_user.is_authenticated else None
    return Visitor(customer_id, frozenset(session.get(REFS, [])))


def let_in(ref: str) -> None:
    """Lets this browser in to a report or claim that no account holds."""
    kept = [known for known in session.get(REFS, []) if known != ref]
    session[REFS] = [*kept, ref][-MOST_REFS:]


def unknown() -> Response:
    """Strangers log in first; to everybody else it does not exist. Raises NotFound."""
    if current_user.is_authenticated or request.method != "GET":
        raise NotFound
    return redirect(url_for("accounts.login", next=request.full_path.rstrip("?")))
