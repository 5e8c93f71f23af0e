"""The insurers' signature: `X-Signature: t=<unix seconds>,v1=<hex HMAC-SHA256>`."""

import hmac
import re

from storefront.sandbox.outbox import signature

HEADER = "X-Signature"
WINDOW_SECONDS = 300


def signed_header(secret: str, body: str, now: int) -> dict[str, str]:
    return {HEADER: f"t={now},v1={signature(secret, now, body)}"}


def is_genuine(secret: str, header: str, body: str, now: int) -> bool:
    """Whether the body was signed with the secret within the last or next 300 seconds."""
    match = re.fullmatch(r"t=(\d{1,12}),v1=([0-9a-f]{64})", header)
    if match is None or abs(now - int(match[1])) > WINDOW_SECONDS:
        return False
    return hmac.compare_digest(signature(secret, int(match[1]), body), match[2])
