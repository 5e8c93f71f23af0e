"""The insurers' HTTP interface: signed requests out, signed answers in, idempotent by application.

`POST {INSURER_API_BASE}/<insurer>/policies` carries `X-Signature: t=<unix seconds>,v1=<hex HMAC-SHA256
of "<t>.<body>">`; every answer is signed the same way with the same key.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import httpx

import config
from config import Settings

HEADER = "X-Signature"
WINDOW_SECONDS = 300
_SIGNATURE = re.compile(r"t=(\d{1,12}),v1=([0-9a-f]{64})")


class InsurerFault(Exception):
    """The insurer did not answer, or not in a way that can be relied on; asking again may help."""


@dataclass(frozen=True)
class Issued:
    """The insurer has issued the policy under its number."""

    number: str
    issued_at: datetime


@dataclass(frozen=True)
class Processing:
    """The insurer is still at work."""


@dataclass(frozen=True)
class Refused:
    """The insurer does not issue the policy; `reason` in both languages."""

    code: str
    reason: dict[str, str]


Answer = Issued | Processing | Refused


def ask_to_issue(
    settings: Settings, insurer: str, request: Mapping[str, Any], now: datetime
) -> Answer:
    """Asks for a policy; asking again for the same application gives the same policy.

    Raises InsurerFault.
    """
    key = config.pairs(settings.insurer_keys).get(insurer)
    if key is None:
        raise InsurerFault(f"INSURER_KEYS has no key for {insurer}")
    body = json.dumps(request, ensure_ascii=False, separators=(",", ":")).encode()
    try:
        response = _client().post(
            f"{settings.insurer_api_base}/{insurer}/policies",
            content=body,
            headers={
                "Content-Type": "application/json",
                "Idempotency-Key": request["application_ref"],
                HEADER: signature_header(key, body, int(now.timestamp())),
            },
            timeout=int(settings.insurer_timeout_seconds),
        )
    except httpx.HTTPError as error:
        raise InsurerFault(f"{insurer} does not answer: {type(error).__name__}") from error
    if not is_signed(settings, insurer, response.headers.get(HEADER, ""), response.content, now):
        raise InsurerFault(f"the answer of {insurer} is not signed (status {response.status_code})")
    return _read(insurer, request["application_ref"], response)


def is_signed(settings: Settings, insurer: str, header: str, body: bytes, now: datetime) -> bool:
    """Whether a message comes from the insurer, by the key we share with it."""
    key = config.pairs(settings.insurer_keys).get(insurer)
    return key is not None and is_genuine(key, header, body, int(now.timestamp()))


def read_notice(body: bytes) -> str:
    """Of which application an insurer's message speaks; empty where that cannot be read."""
    try:
        reference = json.loads(body)["application_ref"]
    except (ValueError, KeyError, TypeError):
        return ""
    return reference if isinstance(reference, str) else ""


@lru_cache(maxsize=1)
def _client() -> httpx.Client:
    """One for the process: making one, with its certificates, takes longer than most answers."""
    return httpx.Client()


def signature_header(key: str, body: bytes, moment: int) -> str:
    """The signature of a body at a moment (unix seconds)."""
    return f"t={moment},v1={_signature(key, moment, body)}"


def is_genuine(key: str, header: str, body: bytes, now: int) -> bool:
    """Whether the body was signed with the key within 300 s of now (unix seconds)."""
    match = _SIGNATURE.fullmatch(header)
    if match is None or abs(now - int(match[1])) > WINDOW_SECONDS:
        return False
    return hmac.compare_digest(_signature(key, int(match[1]), body), match[2])


def _signature(key: str, moment: int, body: bytes) -> str:
    return hmac.new(key.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()


def _read(insurer: str, reference: str, response: httpx.Response) -> Answer:
    try:
        answer = response.json()
        if answer.get("application_ref") != reference:
            raise InsurerFault(f"{insurer} answered for another application")
        match response.status_code, answer["status"]:
            case 200 | 201, "issued":
                issued_at = datetime.fromisoformat(answer["issued_at"])
                if issued_at.tzinfo is None:
                    raise ValueError("a moment without a time zone")
                return Issued(str(answer["policy_number"]), issued_at)
            case 202, "processing":
                return Processing()
            case 422, "refused":
                reason = {"zh": str(answer["reason_zh"]), "en": str(answer["reason_en"])}
                return Refused(str(answer["code"]), reason)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InsurerFault(f"the answer of {insurer} cannot be read") from error
    raise InsurerFault(f"{insurer} answered {response.status_code} {answer['status']}")
