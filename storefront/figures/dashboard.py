"""Turns daily sums into what the dashboard shows. Pure: rows in, series and rates out."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

FUNNEL = ("visit", "quote", "application", "payment", "policy")
STAGES = ("reported", "documents", "assessment", "decided", "paying")
AGES = ("week", "month", "older")
LONGEST = 366


@dataclass(frozen=True)
class Figures:
    """Everything on the page; amounts in yuan, shares of one or None where nothing was counted."""

    premium: Decimal
    policies: int
    conversion: Decimal | None
    referral_rate: Decimal | None
    decline_rate: Decimal | None
    loss_ratio: Decimal | None
    by_day: list[tuple[date, Decimal]]
    by_line: list[tuple[str, Decimal]]
    by_insurer: list[tuple[str, Decimal]]
    by_channel: list[tuple[str, Decimal]]
    losses: list[tuple[str, Decimal, Decimal]]
    funnel: list[tuple[str, int]]
    clocks: list[tuple[str, int, int]]


def figures(
    totals: Iterable[Any], premiums: Iterable[Any], payable: Iterable[Any], first: date, last: date
) -> Figures:
    """The figures of a span from its sums.

    `totals` are (kind, count, amount); `premiums` are (day, insurer, line, channel, amount), a row for
    each day, each insurer and so on, in which the others are None. `payable` are (line, amount).
    """
    counts: dict[str, int] = defaultdict(int)
    amounts: dict[str, Decimal] = defaultdict(Decimal)
    for kind, count, amount in totals:
        counts[kind], amounts[kind] = int(count), Decimal(amount)
    by: list[dict[Any, Decimal]] = [{}, {}, {}, {}]
    for *keys, amount in premiums:
        for found, key in zip(by, keys, strict=True):
            if key is not None:
                found[key] = Decimal(amount)
    per_day, by_insurer, by_line, by_channel = by
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    claimed = {line: Decimal(amount) for line, amount in payable}
    return Figures(
        premium=amounts["policy"],
        policies=counts["policy"],
        conversion=_share(counts["policy"], counts["visit"]),
        referral_rate=_share(counts["referred"], counts["submitted"]),
        decline_rate=_share(counts["declined"], counts["submitted"]),
        loss_ratio=_share(amounts["claim_payable"], amounts["policy"]),
        by_day=[(day, per_day.get(day, Decimal(0))) for day in days],
        by_line=_largest_first(by_line.items()),
        by_insurer=_largest_first(by_insurer.items()),
        by_channel=_largest_first(by_channel.items()),
        losses=[
            (line, by_line.get(line, Decimal(0)), claimed.get(line, Decimal(0)))
            for line in sorted({*by_line, *claimed})
        ],
        funnel=[(kind, counts[kind]) for kind in FUNNEL],
        clocks=[
            ("claims", counts["clock_kept"], counts["clock_missed"]),
            ("complaints", counts["complaint_kept"], counts["complaint_missed"]),
            ("underwriting", counts["underwriting_kept"], counts["underwriting_missed"]),
        ],
    )


def open_claims(rows: Iterable[Any]) -> list[tuple[str, tuple[int, ...]]]:
    """Open claims by stage, each with its numbers by age."""
    found = {row.label: row.count for row in rows if row.kind == "claims"}
    return [(stage, tuple(found.get(f"{stage}/{age}", 0) for age in AGES)) for stage in STAGES]


def reserve(rows: Iterable[Any]) -> list[tuple[str, Decimal]]:
    """Open reserve by line, the largest first."""
    return _largest_first((row.label, row.amount) for row in rows if row.kind == "reserve")


def span(first: str, last: str, today: date) -> tuple[date, date]:
    """The span that an address names; the last thirty days where it names none that can be shown."""
    try:
        begin, end = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        return today - timedelta(days=29), today
    if not begin <= end or (end - begin).days >= LONGEST:
        return today - timedelta(days=29), today
    return begin, end


def _largest_first(pairs: Iterable[tuple[str, Decimal]]) -> list[tuple[str, Decimal]]:
    return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))


def _share(part: Decimal | int, whole: Decimal | int) -> Decimal | None:
    return Decimal(part) / Decimal(whole) if whole else None
