"""Pure decisions about accumulation: what counts at the same time, and how much is left."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

DEATH = "death"


@dataclass(frozen=True)
class Taken:
    """An amount in yuan that is insured already, and for which time."""

    amount: Decimal
    begins_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Wanted:
    """An amount to be insured for one person, against the limit of a kind where there is one.

    `elsewhere` is what the customer declared as insured with others for the same thing.
    """

    person_hash: str
    kind: str
    amount: Decimal
    begins_at: datetime
    ends_at: datetime
    limit: Decimal | None = None
    elsewhere: Decimal = Decimal(0)


@dataclass(frozen=True)
class Excess:
    """A wanted amount that does not fit, and what would."""

    wanted: Wanted
    left: Decimal


def peak(taken: Iterable[Taken], begins_at: datetime, ends_at: datetime) -> Decimal:
    """The most that is insured at any one moment of a period.

    The sum only grows where something begins, so that the first moment and those are all to look at.
    """
    found = [item for item in taken if item.begins_at < ends_at and begins_at < item.ends_at]
    moments = {begins_at, *(max(item.begins_at, begins_at) for item in found)}
    return max(
        sum(
            (item.amount for item in found if item.begins_at <= moment < item.ends_at),
            Decimal(0),
        )
        for moment in moments
    )


def total(wanted: Wanted, taken: Iterable[Taken]) -> Decimal:
    """For how much somebody is insured at most, in the wanted period and with the wanted amount."""
    return peak(taken, wanted.begins_at, wanted.ends_at) + wanted.elsewhere + wanted.amount


def left(wanted: Wanted, taken: Iterable[Taken]) -> Decimal | None:
    """What may still be insured in the wanted period; None without a limit."""
    if wanted.limit is None:
        return None
    used = peak(taken, wanted.begins_at, wanted.ends_at) + wanted.elsewhere
    return max(wanted.limit - used, Decimal(0))
