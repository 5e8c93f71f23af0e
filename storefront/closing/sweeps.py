"""What may go because its retention is over (E-03): each feature says what it has and deletes it.

Chains of the evidence record are reported only: they go by `evidence remove`, which somebody decides.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from storefront import clock
from storefront.evidence import removal

MOST_LISTED = 1000


@dataclass(frozen=True)
class Sweep:
    """One kind of rows: `due` counts what may go, `sweep` deletes it; both take (session, now, today)."""

    name: str
    due: Callable[[Session, datetime, date], int]
    sweep: Callable[[Session, datetime, date], int]


_sweeps: list[Sweep] = []


def register(sweep: Sweep) -> None:
    """Has the rows of a feature looked at every night."""
    if sweep not in _sweeps:
        _sweeps.append(sweep)


def what_may_go(session: Session, now: datetime) -> dict[str, int]:
    """How many rows of each kind may go today, and how many chains of the record."""
    today = clock.local_date(now)
    found = {item.name: item.due(session, now, today) for item in _sweeps}
    return {**found, "evidence chains": len(removal.expired(session, today, MOST_LISTED))}


def run(session: Session, now: datetime) -> dict[str, int]:
    """Deletes what may go and gives how many rows of each kind that were."""
    today = clock.local_date(now)
    return {item.name: item.sweep(session, now, today) for item in _sweeps}
