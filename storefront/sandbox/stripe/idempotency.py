"""Idempotency-Key as Stripe honours it: one key, one piece of work, one answer."""

import hashlib
import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from storefront.sandbox.stripe.errors import StripeError

KEPT_SECONDS = 48 * 3600
LONGEST_KEY = 255


@dataclass(frozen=True)
class Answer:
    """A status with its JSON, and the request that first earned it when it is a replay."""

    status: int
    body: dict[str, Any]
    original_request: str | None = None


class KeysInUse:
    """The keys of the requests that are being worked on at this moment."""

    def __init__(self) -> None:
        self._keys: set[str] = set()
        self._lock = threading.Lock()

    @contextmanager
    def hold(self, key: str) -> Iterator[None]:
        with self._lock:
            if key in self._keys:
                raise StripeError(
                    "There is currently another in-progress request using this Idempotent Key"
                    f" (that probably means you submitted twice): {key}",
                    status=409,
                    kind="idempotency_error",
                    code="idempotency_key_in_use",
                )
            self._keys.add(key)
        try:
            yield
        finally:
            with self._lock:
                self._keys.discard(key)


def check(key: str) -> None:
    if len(key) > LONGEST_KEY:
        raise StripeError(
            f"Idempotency keys can be at most {LONGEST_KEY} characters.", kind="idempotency_error"
        )


def fingerprint(pairs: Iterable[tuple[str, str]]) -> str:
    """Equal for equal parameters, whatever their order."""
    return hashlib.sha256(json.dumps(sorted(pairs)).encode()).hexdigest()


def recall(db: sqlite3.Connection, key: str, path: str, print_of_body: str) -> Answer | None:
    """The answer this key got before; an error if it was for other work."""
    row = db.execute("SELECT * FROM answers WHERE key = ?", (key,)).fetchone()
    if row is None:
        return None
    if row["path"] != path:
        raise _reused(
            "Keys for idempotent requests can only be used for the same endpoint they were first"
            f" used for ('{path}' vs '{row['path']}'). Try using a key other than '{key}' if you"
            " meant to execute a different request."
        )
    if row["fingerprint"] != print_of_body:
        raise _reused(
            "Keys for idempotent requests can only be used with the same parameters they were"
            f" first used with. Try using a key other than '{key}' if you meant to execute a"
            " different request."
        )
    return Answer(row["status"], json.loads(row["body"]), row["request_id"])


def remember(
    db: sqlite3.Connection,
    key: str,
    path: str,
    print_of_body: str,
    answer: Answer,
    *,
    request_id: str,
    now: int,
) -> None:
    """Keep the answer, in the transaction that did the work."""
    db.execute("DELETE FROM answers WHERE created < ?", (now - KEPT_SECONDS,))
    db.execute(
        "INSERT INTO answers (key, path, fingerprint, status, body, request_id, created)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (key, path, print_of_body, answer.status, json.dumps(answer.body), request_id, now),
    )


def _reused(message: str) -> StripeError:
    return StripeError(message, kind="idempotency_error")
