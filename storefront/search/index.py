"""Keeps the blind index in step with customers, applications and claims, in their own transactions."""

import hashlib
import hmac
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import delete, event, inspect, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from storefront.accounts.models import Customer
from storefront.applications.models import Application
from storefront.claims.models import Claim
from storefront.crypto import keyring
from storefront.search import rules
from storefront.search.models import SearchToken

PORTION = 1000
_WATCHED: dict[type[Any], tuple[str, ...]] = {
    Customer: ("name", "mobile", "id_number"),
    Application: ("parties",),
    Claim: ("reporter", "hurt"),
}


def init_app() -> None:
    """Follows every flush of every session."""
    if not event.contains(Session, "after_flush", _follow):
        event.listen(Session, "after_flush", _follow)


def token_of(part: str) -> int:
    """The keyed hash of a part, as a 64-bit number."""
    digest = hmac.new(keyring().lookup_key, f"search:{part}".encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def parts_of(row: Any) -> set[str]:
    """Under which parts a row is found."""
    if isinstance(row, Customer):
        return rules.person_parts(
            {"name": row.name, "mobile": row.mobile, "id_number": row.id_number}
        )
    if isinstance(row, Application):
        return rules.parties_parts(row.parties or {})
    hurt = row.hurt if isinstance(row.hurt, dict) else {}
    return rules.person_parts(row.reporter or {}) | rules.person_parts(hurt.get("person") or {})


def rebuild(session: Session) -> int:
    """Makes the whole index anew, a portion at a time in constant memory; gives its length."""
    session.execute(delete(SearchToken))
    count = 0
    for model in _WATCHED:
        last = 0
        while rows := _after(session, model, last):
            count += _write(session, rows)
            last = rows[-1].id
            session.expunge_all()
    return count


def _after(session: Session, model: type[Any], last: int) -> list[Any]:
    return list(
        session.scalars(select(model).where(model.id > last).order_by(model.id).limit(PORTION))
    )


def _follow(session: Session, _context: object) -> None:
    changed = [row for row in (*session.new, *session.dirty) if _concerns(row)]
    for row in changed:
        if row not in session.new:
            _forget(session, row)
    if changed:
        _write(session, changed)
    for row in session.deleted:
        if type(row) in _WATCHED:
            _forget(session, row)


def _concerns(row: Any) -> bool:
    watched = _WATCHED.get(type(row))
    if watched is None:
        return False
    state = inspect(row)
    return any(state.attrs[name].history.has_changes() for name in watched)


def _forget(session: Session, row: Any) -> None:
    session.connection().execute(
        delete(SearchToken).where(
            SearchToken.kind == _kind_of(row), SearchToken.subject_id == row.id
        )
    )


def _write(session: Session, rows: Iterable[Any]) -> int:
    values = list(_tokens(rows))
    for start in range(0, len(values), PORTION):
        session.connection().execute(
            insert(SearchToken).on_conflict_do_nothing(), values[start : start + PORTION]
        )
    return len(values)


def _tokens(rows: Iterable[Any]) -> Iterator[dict[str, int]]:
    for row in rows:
        kind = _kind_of(row)
        for part in parts_of(row):
            yield {"token": token_of(part), "kind": kind, "subject_id": row.id}


def _kind_of(row: Any) -> int:
    return rules.KINDS[type(row).__name__.lower()]
