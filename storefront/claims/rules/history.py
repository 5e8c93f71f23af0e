"""The contract as of a moment, from the stack of its transactions (C-08)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

ENDS = {
    "cancellation": "cancelled",
    "surrender": "surrendered",
    "lapse": "lapsed",
    "termination": "terminated",
}
"""Kinds of transactions after which the contract covers nothing, until it is reinstated."""


@dataclass(frozen=True)
class Transaction:
    """One transaction of a policy: `content` is the whole contract as it stands from then on."""

    kind: str
    effective_at: datetime
    recorded_at: datetime
    content: Mapping[str, Any]


def contract_at(stack: Sequence[Transaction], moment: datetime) -> dict[str, Any]:
    """What an adjudication needs of the stack, oldest first, as of an incident.

    The latest transaction in effect counts, by the order in which they were recorded; before the first
    one it is the first, and the incident lies outside its term. A change that was recorded after the
    incident and reaches back to it is marked, for a person to look at.
    """
    in_effect = [item for item in stack if item.effective_at <= moment] or list(stack[:1])
    last = in_effect[-1]
    back = [item.effective_at for item in in_effect if item.kind == "reinstatement"]
    return {
        "content": last.content,
        "state": ENDS.get(last.kind, "in_force"),
        "begun_at": stack[0].effective_at,
        "reinstated_at": max(back, default=None),
        "changed_since": last is not stack[0] and last.recorded_at > moment,
    }
