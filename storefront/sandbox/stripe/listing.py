"""Lists as Stripe pages through them: newest first, by cursor."""

import json
import sqlite3
from typing import Any

from storefront.sandbox.stripe.errors import missing_object
from storefront.sandbox.stripe.params import Params
from storefront.sandbox.stripe.records import list_of

PAGING = ("limit", "starting_after", "ending_before", "created", "expand")
COMPARISONS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
LONGEST_PAGE = 100


def page(
    db: sqlite3.Connection,
    kind: str,
    url: str,
    params: Params,
    conditions: list[tuple[str, Any]] | None = None,
) -> dict[str, Any]:
    """The objects of a kind that meet SQL conditions such as ("label = ?", "open")."""
    found = [("kind = ?", kind), *(conditions or []), *_created(params)]
    limit = min(params.integer("limit", 1) or 10, LONGEST_PAGE)
    after, before = params.text("starting_after"), params.text("ending_before")
    if after:
        found.append(("seq < ?", _position(db, kind, after, "starting_after")))
    if before:
        found.append(("seq > ?", _position(db, kind, before, "ending_before")))
    rows = db.execute(
        f"SELECT body FROM objects WHERE {' AND '.join(sql for sql, _ in found)}"  # noqa: S608 - no input in it
        f" ORDER BY seq {'ASC' if before else 'DESC'} LIMIT ?",
        (*(value for _, value in found), limit + 1),
    ).fetchall()
    data = [json.loads(row["body"]) for row in rows[:limit]]
    return list_of(url, data[::-1] if before else data, has_more=len(rows) > limit)


def _created(params: Params) -> list[tuple[str, Any]]:
    if not isinstance(params.values.get("created"), dict):
        moment = params.integer("created")
        return [] if moment is None else [("created = ?", moment)]
    bounds = params.inner("created")
    bounds.only(*COMPARISONS)
    return [(f"created {COMPARISONS[name]} ?", bounds.integer(name)) for name in bounds.values]


def _position(db: sqlite3.Connection, kind: str, object_id: str, param: str) -> int:
    row = db.execute(
        "SELECT seq FROM objects WHERE id = ? AND kind = ?", (object_id, kind)
    ).fetchone()
    if row is None:
        raise missing_object(kind, object_id, param, status=400)
    seq: int = row["seq"]
    return seq
