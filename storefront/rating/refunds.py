"""Refunds after cancellation and premiums of short terms, in yuan rounded once to the fen."""

from collections.abc import Mapping
from decimal import Decimal

from storefront.money import round_fen
from storefront.rating.tables import Table


def pro_rata_refund(premium: Decimal, days_begun: int, days_of_cover: int) -> Decimal:
    """Premium of the days not begun, premium × (1 - d/N); the basis of compulsory motor cover."""
    return round_fen(_by_days(premium, days_of_cover - days_begun, days_of_cover))


def net_unearned_refund(
    premium: Decimal, loading: Decimal, days_begun: int, days_of_cover: int
) -> Decimal:
    """Net premium of the days not begun, premium × (1 - loading) × (1 - d/N) (rule V-03)."""
    if not 0 <= loading < 1:
        raise ValueError("a loading is a share of the premium below 1")
    net = premium * (1 - loading)
    return round_fen(_by_days(net, days_of_cover - days_begun, days_of_cover))


def pro_rata_premium(premium: Decimal, days: int, days_of_year: int) -> Decimal:
    """Premium of a short term by days: annual premium × days / days of the year."""
    return round_fen(_by_days(premium, days, days_of_year))


def _by_days(amount: Decimal, days: int, of_days: int) -> Decimal:
    if of_days <= 0 or not 0 <= days <= of_days:
        raise ValueError(f"{days} days do not fit into {of_days} days of cover")
    return amount * days / of_days


def short_rate_refund(premium: Decimal, months_begun: int, scale: Mapping[int, Decimal]) -> Decimal:
    """What the short-rate scale leaves of an annual premium: premium × (1 - share kept)."""
    return round_fen(premium * (1 - _share_of(months_begun, scale)))


def short_rate_premium(
    premium: Decimal, months_begun: int, scale: Mapping[int, Decimal]
) -> Decimal:
    """Premium of a short term: the scale's share of the annual premium."""
    return round_fen(premium * _share_of(months_begun, scale))


def short_rate_scale(table: Table, name: str) -> dict[int, Decimal]:
    """A short-rate scale by months begun, out of the table that holds all scales."""
    return {
        int(row["months_begun"]): Decimal(row["share"]) for row in table if row["scale"] == name
    }


def _share_of(months_begun: int, scale: Mapping[int, Decimal]) -> Decimal:
    if months_begun not in scale:
        raise ValueError(f"the short-rate scale lists no share for {months_begun} months")
    return scale[months_begun]
