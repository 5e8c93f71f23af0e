"""Stripe's objects as stored: the visible body, and what Stripe knows but does not show."""

import copy
import json
import secrets
import sqlite3
import string
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from storefront.sandbox.settings import Settings
from storefront.sandbox.stripe.errors import StripeError, missing_object

API_VERSION = "2026-10-28.endive"
LETTERS = string.ascii_letters + string.digits


@dataclass(frozen=True)
class Call:
    """What one piece of work needs: its transaction, its moment, and the request behind it."""

    db: sqlite3.Connection
    now: int
    settings: Settings
    base_url: str = ""
    request_id: str | None = None
    idempotency_key: str | None = None


@cache
def _defaults() -> dict[str, dict[str, Any]]:
    defaults: dict[str, dict[str, Any]] = json.loads(
        Path(__file__).with_name("defaults.json").read_text(encoding="utf-8")
    )
    return defaults


def blank(kind: str, **fields: Any) -> dict[str, Any]:
    """A new object with every field of its kind, some of them set."""
    return {**copy.deepcopy(_defaults()[kind]), **fields}


def new_id(prefix: str, length: int = 24) -> str:
    return prefix + "".join(secrets.choice(LETTERS) for _ in range(length))


def put(
    db: sqlite3.Connection, body: dict[str, Any], hidden: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Insert or replace; without `hidden` the stored hidden part stays."""
    db.execute(
        """
        INSERT INTO objects (id, kind, created, payment_intent, label, body, hidden)
        VALUES (:id, :kind, :created, :payment_intent, :label, :body, coalesce(:hidden, '{}'))
        ON CONFLICT (id) DO UPDATE SET payment_intent = excluded.payment_intent,
            label = excluded.label, body = excluded.body, hidden = coalesce(:hidden, hidden)
        """,
        {
            "id": body["id"],
            "kind": body["object"],
            "created": body["created"],
            "payment_intent": body.get("payment_intent"),
            "label": body["type"] if body["object"] == "event" else body.get("status"),
            "body": json.dumps(body),
            "hidden": None if hidden is None else json.dumps(hidden),
        },
    )
    return body


def find(db: sqlite3.Connection, object_id: str, kind: str | None = None) -> dict[str, Any] | None:
    """The object, of this kind or of any, if it is there."""
    row = db.execute(
        "SELECT body FROM objects WHERE id = ? AND kind = coalesce(?, kind)", (object_id, kind)
    ).fetchone()
    body: dict[str, Any] | None = row and json.loads(row["body"])
    return body


def get(
    db: sqlite3.Connection, kind: str, object_id: str, param: str = "id", status: int = 404
) -> dict[str, Any]:
    """The object, or Stripe's "No such …"."""
    body = find(db, object_id, kind)
    if body is None:
        raise missing_object(kind, object_id, param, status)
    return body


def hidden_part(db: sqlite3.Connection, object_id: str) -> dict[str, Any]:
    row = db.execute("SELECT hidden FROM objects WHERE id = ?", (object_id,)).fetchone()
    hidden: dict[str, Any] = json.loads(row["hidden"])
    return hidden


def list_of(url: str, data: list[dict[str, Any]], has_more: bool = False) -> dict[str, Any]:
    return {"object": "list", "url": url, "has_more": has_more, "data": data}


def expand(db: sqlite3.Connection, body: dict[str, Any], paths: list[str]) -> dict[str, Any]:
    """Replace ids by the objects they name, along each dotted path."""
    for path in paths:
        _expand(db, body, path.split("."), path)
    return body


def _expand(db: sqlite3.Connection, node: dict[str, Any], steps: list[str], path: str) -> None:
    if not steps:
        return
    step, *rest = steps
    if step == "data" and node.get("object") == "list":
        for item in node["data"]:
            _expand(db, item, rest, path)
        return
    if step == "line_items" and node.get("object") == "checkout.session":
        node[step] = line_items(db, node["id"])
    elif isinstance(node.get(step), str):
        node[step] = find(db, node[step]) or node[step]
    if step not in node or isinstance(node[step], str | int | list):
        raise StripeError(f"This property cannot be expanded ({path}).", param="expand")
    if node[step] is not None:
        _expand(db, node[step], rest, path)


def line_items(db: sqlite3.Connection, session_id: str) -> dict[str, Any]:
    items = hidden_part(db, session_id)["line_items"]
    return list_of(f"/v1/checkout/sessions/{session_id}/line_items", items)
