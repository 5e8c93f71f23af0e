"""Pure: what a reporter is told at once about time (C-05, C-08). A report is taken all the same."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from storefront import clock


@dataclass(frozen=True)
class ContractTime:
    """When a contract covers: `end_at` is the first moment after it, however it ended."""

    start_at: datetime
    end_at: datetime
    waiting_days: int


@dataclass(frozen=True)
class Notice:
    """Something about time that may speak against the claim; `day` is the day it is about."""

    code: str  # before-cover, after-cover, waiting-period, late
    day: date


def notices(
    contract: ContractTime,
    incident_at: datetime,
    known_at: datetime,
    limitation_years: int,
    now: datetime,
) -> tuple[Notice, ...]:
    """Everything that has to be said about the moment of an incident; empty where nothing has."""
    found: list[Notice] = []
    covered_from = contract.start_at + timedelta(days=contract.waiting_days)
    if incident_at < contract.start_at:
        found.append(Notice("before-cover", clock.local_date(contract.start_at)))
    elif incident_at >= contract.end_at:
        last = contract.end_at - timedelta(seconds=1)
        found.append(Notice("after-cover", clock.local_date(last)))
    elif incident_at < covered_from:
        found.append(Notice("waiting-period", clock.local_date(covered_from)))
    barred = clock.add_years(clock.local_date(known_at), limitation_years)
    if clock.local_date(now) > barred:
        found.append(Notice("late", barred))
    return tuple(found)
