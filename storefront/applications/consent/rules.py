"""Pure decisions about consents by link: what one is about, whether it counts, how long it is good."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal, Protocol

from storefront.crypto import sha256

MOST_ATTEMPTS = 5
LINKS_EACH = 3  # an hour, on average of the insured persons
LINKS_AT_LEAST = 12
DIGITS = 4

Standing = Literal["none", "asked", "agreed", "refused", "expired", "locked", "changed"]


class Link(Protocol):
    """What of a stored link decides whether it counts."""

    @property
    def state(self) -> str: ...
    @property
    def terms_sha256(self) -> str: ...
    @property
    def attempts(self) -> int: ...
    @property
    def expires_at(self) -> datetime: ...


def terms(
    product: str,
    holder: Mapping[str, Any],
    person: Mapping[str, Any],
    *,
    amounts: Mapping[str, Decimal],
    period: Sequence[datetime],
    beneficiaries: Mapping[str, Any] | None,
) -> str:
    """Hash of everything a consent is about; where any of it changes, the consent is void (S-05, S-07).

    `amounts` is what each cover pays on death, yuan; `period` the first and last moment of cover.
    """
    named = (beneficiaries or {}).get("named", [])
    about = {
        "product": product,
        "policyholder": holder.get("id_number") or holder.get("uscc"),
        "insured": person["id_number"],
        "amounts": {cover: str(amount) for cover, amount in amounts.items()},
        "period": [moment.isoformat() for moment in period],
        "beneficiaries": [
            [item["id_number"], int(item["rank"]), str(item["share"])] for item in named
        ],
    }
    return sha256(json.dumps(about, sort_keys=True).encode())


def standing(links: Sequence[Link], terms_sha256: str, now: datetime) -> Standing:
    """Where the newest link of a person stands (oldest first), for the terms as they are now."""
    counted = [link for link in links if link.state != "void"]
    if not counted:
        return "none"
    newest = counted[-1]
    if newest.terms_sha256 != terms_sha256:
        return "changed"
    if newest.state == "agreed":
        return "agreed"
    if newest.state == "refused":
        return "refused"
    if newest.attempts >= MOST_ATTEMPTS:
        return "locked"
    return "expired" if now >= newest.expires_at else "asked"


def links_per_hour(insured: int) -> int:
    """How many links an application with so many insured persons may make in an hour."""
    return max(LINKS_AT_LEAST, LINKS_EACH * insured)


def knows(id_number: str, digits: str) -> bool:
    """Whether somebody gave the last four characters of an identity number."""
    return digits.strip().upper() == id_number[-DIGITS:].upper()
