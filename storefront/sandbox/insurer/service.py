"""How an insurer decides on a request: one policy per application reference, for ever."""

import hashlib
import json
import re
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from storefront.identity import IdentityError, parse_credit_code
from storefront.sandbox.behaviour import Behaviour
from storefront.sandbox.insurer.numbers import new_policy_number
from storefront.sandbox.texts import text

REFUSAL = "risk-not-accepted"
TEXT_FIELDS = ("application_ref", "product_code", "start_at", "end_at", "currency")


@dataclass(frozen=True)
class Answer:
    status: int
    body: dict[str, Any]


def issue(
    db: sqlite3.Connection,
    insurer: str,
    request: dict[str, Any],
    told: Behaviour,
    now: float,
) -> Answer:
    """Issue, refuse or delay as told; a reference seen before gets its first answer again."""
    reference = request["application_ref"]
    fingerprint = hashlib.sha256(json.dumps(request, sort_keys=True).encode()).hexdigest()
    known = _find(db, insurer, reference)
    if known is not None:
        if known["fingerprint"] != fingerprint:
            return Answer(409, {"status": "conflict", "application_ref": reference})
        return _answer(known, now, first=False)
    refused = told.mode == "refuse"
    year = datetime.fromtimestamp(now, UTC).year
    db.execute(
        "INSERT INTO policies"
        " (insurer, application_ref, fingerprint, policy_number, refusal, ready_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (
            insurer,
            reference,
            fingerprint,
            None if refused else new_policy_number(insurer, year),
            REFUSAL if refused else None,
            now + (told.seconds if told.mode == "late" else 0),
        ),
    )
    row = _find(db, insurer, reference)
    assert row is not None  # noqa: S101 - inserted just now
    return _answer(row, now, first=True)


def look_up(db: sqlite3.Connection, insurer: str, reference: str, now: float) -> Answer:
    """What became of an application."""
    row = _find(db, insurer, reference)
    if row is None:
        return Answer(404, {"status": "unknown", "application_ref": reference})
    return _answer(row, now, first=False)


def faults(request: Any) -> dict[str, str]:
    """The fields of a request that no insurer could work with, and why."""
    if not isinstance(request, dict):
        return {"": "must be a JSON object"}
    wrong = {
        name: "must be a text that is not empty"
        for name in TEXT_FIELDS
        if not (isinstance(request.get(name), str) and request[name])
    }
    if not isinstance(request.get("product_version"), str | int):
        wrong["product_version"] = "must be a text or a whole number"
    if reason := _policyholder_fault(request.get("policyholder")):
        wrong["policyholder"] = reason
    if not isinstance(request.get("insured"), list):
        wrong["insured"] = "must be a list"
    if not _is_amount(request.get("premium")):
        wrong["premium"] = 'must be an amount above zero as a text, such as "132.09"'
    if not wrong and not _in_order(request["start_at"], request["end_at"]):
        wrong["end_at"] = "must be a time after start_at, both in ISO 8601"
    return wrong


def _policyholder_fault(holder: Any) -> str | None:
    """A company is known by its code, so no insurer takes one without."""
    if not isinstance(holder, dict):
        return "must be an object"
    if holder.get("kind") != "company":
        return None
    try:
        parse_credit_code(str(holder.get("uscc", "")))
    except IdentityError:
        return "a company needs its unified social credit code"
    return None


def _is_amount(value: Any) -> bool:
    return (
        isinstance(value, str)
        and re.fullmatch(r"\d{1,12}(\.\d{1,2})?", value) is not None
        and Decimal(value) > 0
    )


def _in_order(start: str, end: str) -> bool:
    try:
        return datetime.fromisoformat(start) < datetime.fromisoformat(end)
    except (ValueError, TypeError):
        return False


def _find(db: sqlite3.Connection, insurer: str, reference: str) -> sqlite3.Row | None:
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM policies WHERE insurer = ? AND application_ref = ?", (insurer, reference)
    ).fetchone()
    return row


def _answer(row: sqlite3.Row, now: float, first: bool) -> Answer:
    reference = row["application_ref"]
    if row["refusal"] is not None:
        return Answer(
            422,
            {
                "status": "refused",
                "application_ref": reference,
                "code": row["refusal"],
                "reason_zh": text("zh", f"refusal.{row['refusal']}"),
                "reason_en": text("en", f"refusal.{row['refusal']}"),
            },
        )
    if row["ready_at"] > now:
        return Answer(202, {"status": "processing", "application_ref": reference})
    return Answer(
        201 if first else 200,
        {
            "status": "issued",
            "policy_number": row["policy_number"],
            "application_ref": reference,
            "issued_at": datetime.fromtimestamp(row["ready_at"], UTC).isoformat(timespec="seconds"),
        },
    )
