"""The actuarial core: survival, annuities, insurances, level premiums, reserves, cash values.

Everything works on float64 arrays by policy year, per unit of benefit. ``claims[t]`` is the
benefit expected in policy year t+1 from a life insured at its start, ``exits[t]`` the probability
of leaving in it for any reason; in a table with one decrement the two are equal. Benefits are paid
at the end of the year, premiums at its start, and v = 1/(1+i).
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def other_deaths(deaths: Floats, share_of_deaths: Floats) -> Floats:
    """Deaths from causes other than the insured ones, q(1-k): the second decrement."""
    return deaths * (1.0 - share_of_deaths)


def survival(exits: Floats) -> Floats:
    """ₜp for t = 0…n-1: the probability of being insured at the start of each policy year."""
    return np.concatenate(([1.0], np.cumprod(1.0 - exits[:-1])))


def annuity_due(exits: Floats, interest: float, payments: Floats) -> float:
    """Σ vᵗ ₜp · payment of year t+1: the value of payments at the start of each year."""
    years = len(payments)
    discount = (1.0 + interest) ** -np.arange(years)
    return float(np.sum(discount * survival(exits)[:years] * payments))


def insurance(claims: Floats, exits: Floats, interest: float) -> float:
    """Σ vᵗ⁺¹ ₜp · claims of year t+1: the value of benefits at the end of each year."""
    discount = (1.0 + interest) ** -np.arange(1, len(claims) + 1)
    return float(np.sum(discount * survival(exits) * claims))


def gross_level_premium(claims: Floats, exits: Floats, interest: float, kept: Floats) -> float:
    """Level annual premium per unit; ``kept[t]`` = 1 - eₜ is the share left after the loading.

    The length of ``kept`` is the number of years in which premiums are paid.
    """
    return insurance(claims, exits, interest) / annuity_due(exits, interest, kept)


def reserves(
    claims: Floats, exits: Floats, interest: float, premium: float, kept: Floats
) -> Floats:
    """Gross reserves per unit at the end of years 0…n, from Vₜ = v(cₜ + pₜ·Vₜ₊₁) - P(1 - eₜ)."""
    income = np.zeros(len(claims))
    income[: len(kept)] = premium * kept
    values = np.zeros(len(claims) + 1)
    for year in range(len(claims) - 1, -1, -1):
        outgo = claims[year] + (1.0 - exits[year]) * values[year + 1]
        values[year] = outgo / (1.0 + interest) - income[year]
    return values


def minimum_cash_values(
    claims: Floats, exits: Floats, interest: float, kept: Floats, *, start: float, ramp: int
) -> Floats:
    """MCV = r · max(PVR, 0) per unit at the end of years 0…n (银保监办发〔2020〕7号 §9-10).

    PVR is the gross reserve with the premium recomputed at ``interest``; r rises from ``start``
    to 1 over ``ramp`` years.
    """
    premium = gross_level_premium(claims, exits, interest, kept)
    years = np.arange(len(claims) + 1)
    ratio = start + (1.0 - start) * np.minimum(years / ramp, 1.0)
    return ratio * np.maximum(reserves(claims, exits, interest, premium, kept), 0.0)
