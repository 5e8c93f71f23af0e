"""What the pages of claims share: who asks, and what a browser was let in to."""

from flask import redirect, request, session, url_for
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from storefront import files
from storefront.claims.models import Claim, ClaimDecision
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


def signed_letter(database: Session, claim: Claim, number: int) -> Response:
    """The signed letter of a decision. Raises NotFound before it was made."""
    digest = database.scalar(
        select(ClaimDecision.letter_sha256).where(
            ClaimDecision.claim_id == claim.id, ClaimDecision.number == number
        )
    )
    return stored_pdf(digest, f"{claim.ref}-{number}.pdf")


def stored_pdf(digest: str | None, name: str) -> Response:
    """A letter out of the file store. Raises NotFound for one that is not made."""
    if digest is None:
        raise NotFound
    response = Response(files.store().get(digest), mimetype="application/pdf")
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def unknown() -> Response:
    """Strangers log in first; to everybody else it does not exist. Raises NotFound."""
    if current_user.is_authenticated or request.method != "GET":
        raise NotFound
    return redirect(url_for("accounts.login", next=request.full_path.rstrip("?")))
