"""What a feature says about a customer's data: what goes, what stays, why and until when. Pure.

Texts are lazy: they turn into the language of whoever reads them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

Fate = Literal["deleted", "anonymised", "ended", "kept"]


@dataclass(frozen=True)
class Item:
    """One kind of data: how many of it, what becomes of it; what is kept names its rule and its day."""

    what: str
    count: int
    fate: Fate
    why: str = ""
    rule: str = ""
    until: date | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "what": str(self.what),
            "count": self.count,
            "fate": self.fate,
            "why": str(self.why),
            "rule": self.rule,
            "until": self.until.isoformat() if self.until else None,
        }


@dataclass(frozen=True)
class Notice:
    """Something still under way that the customer is told beforehand; `blocks` until it is over."""

    text: str
    blocks: bool = False


@dataclass(frozen=True)
class Report:
    """What closing means, or meant, for one customer."""

    customer_id: int
    at: datetime
    items: tuple[Item, ...]
    notices: tuple[Notice, ...] = ()

    @property
    def blocked(self) -> bool:
        return any(notice.blocks for notice in self.notices)

    @property
    def kept(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.fate == "kept")

    @property
    def gone(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.fate != "kept")

    @property
    def kept_until(self) -> date | None:
        """The last day on which anything is kept."""
        return max((item.until for item in self.items if item.until), default=None)


@dataclass(frozen=True)
class Part:
    """What one feature knows: `look` tells and changes nothing, `act` does what `look` told.

    Both take (session, customer, now). A part with nothing to act upon leaves it out.
    """

    look: Callable[..., Iterable[Item | Notice]]
    act: Callable[..., None] = field(default=lambda session, customer, now: None)


def collect(customer_id: int, found: Iterable[Item | Notice], now: datetime) -> Report:
    """The report of everything that was found; kinds of which there is nothing are left out."""
    everything = list(found)
    items = tuple(item for item in everything if isinstance(item, Item) and item.count)
    notices = tuple(item for item in everything if isinstance(item, Notice))
    return Report(customer_id, now, items, notices)
