"""How records, anchors and removals are hashed, and the keyed seals over the hashes.

A digest anybody can compute again from an export; a seal takes the application's `LOOKUP_KEY`.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any, Protocol

from storefront import crypto

START = "0" * 64


class Recorded(Protocol):
    """The fields of a record that its digest covers."""

    @property
    def chain(self) -> str: ...
    @property
    def position(self) -> int: ...
    @property
    def at(self) -> datetime: ...
    @property
    def kind(self) -> str: ...
    @property
    def actor(self) -> str: ...
    @property
    def content_sha256(self) -> str | None: ...
    @property
    def details_sha256(self) -> str: ...
    @property
    def previous(self) -> str: ...
    @property
    def retain_until(self) -> date: ...


def canonical(value: Any) -> bytes:
    """The one way in which a JSON value is written before it is hashed."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def of_record(row: Recorded) -> str:
    """The digest a record must have, from its own fields and the digest before it."""
    return of_fields(
        row.chain, row.position, moment(row.at), row.kind, row.actor, row.content_sha256 or "",
        row.details_sha256, row.previous, row.retain_until.isoformat(),
    )  # fmt: skip


def of_fields(*fields: object) -> str:
    """The digest of some fields in their order, each as text."""
    return hashlib.sha256(canonical([str(field) for field in fields])).hexdigest()


def of_details(details: Any) -> str:
    """The digest of the small facts beside a record."""
    return crypto.sha256(canonical(details))


def root_of(heads: Iterable[tuple[str, int, str]]) -> tuple[str, int]:
    """The digest over (chain, position, digest) of many heads in the order of their names; their number."""
    total, count = hashlib.sha256(), 0
    for head in heads:
        total.update(canonical(list(head)) + b"\n")
        count += 1
    return total.hexdigest(), count


def moment(at: datetime) -> str:
    """A moment as it enters a digest."""
    return at.astimezone(UTC).isoformat()


def seal(kind: str, digest: str) -> str:
    """The keyed hash over a digest."""
    return crypto.lookup_hash(f"evidence-{kind}", digest)


def end_seal(chain: str, position: int, digest: str) -> str:
    """The seal over where a chain ends."""
    return seal("end", of_fields(chain, position, digest))


def is_sealed(kind: str, digest: str, found: str) -> bool:
    """Whether this seal was made with our key."""
    return hmac.compare_digest(seal(kind, digest), found)
