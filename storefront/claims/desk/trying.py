"""Shows what something would lead to, without doing it: it is done, read, and undone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from storefront.claims import rules
from storefront.claims.models import Claim
from storefront.claims.service import access, finding_out
from storefront.claims.service.finding_out import Found

Deed = Callable[[], None]


@contextmanager
def undone(session: Session) -> Iterator[None]:
    """Whatever is done within leaves no trace."""
    point = session.begin_nested()
    try:
        yield
    finally:
        point.rollback()


def computed(
    session: Session, claim: Claim, found: Found, member_id: int, now: object
) -> rules.Adjudication:
    """What would be payable by other facts. Raises as `find_out` does."""
    with undone(session):
        locked = access.lock_row(session, claim.id)
        return finding_out.find_out(session, locked, found, member_id, now)  # type: ignore[arg-type]
