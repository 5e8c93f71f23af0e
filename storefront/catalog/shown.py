"""Which product pages a visitor was shown: noted in the visitor's own signed session and nowhere else.

Only when a quote is kept does the page of its product go into the record of that sale (E-01). Of somebody
who only looks around, we keep nothing.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import flask

from storefront.crypto import sha256

MOST_KEPT = 5
_KEY = "products"


@dataclass(frozen=True)
class Shown:
    """One product page: its version, language, the hash of its body, and when it was last shown."""

    version: int
    language: str
    body_sha256: str
    at: str


def remember(code: str, version: int, language: str, body: str, now: datetime) -> None:
    """Notes that a product page was shown; the oldest of many is forgotten."""
    noted: dict[str, Any] = dict(flask.session.get(_KEY, {}))
    noted.pop(code, None)
    noted[code] = [version, language, sha256(body.encode()), now.isoformat(timespec="seconds")]
    order = sorted(noted, key=lambda item: noted[item][3])
    flask.session[_KEY] = {item: noted[item] for item in order[-MOST_KEPT:]}


def of(code: str) -> Shown | None:
    """What this visitor was shown of a product in this visit."""
    found = flask.session.get(_KEY, {}).get(code)
    return Shown(*found) if found else None
