"""Amounts in yuan: rounding to the fen, sharing out without losing one, and minor units.

Amounts are ``Decimal`` everywhere; ``LARGEST`` is what the column type NUMERIC(14,2) can hold.
"""

from collections.abc import Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

FEN = Decimal("0.01")
LARGEST = Decimal("999999999999.99")


def round_fen(amount: Decimal) -> Decimal:
    """Round half up (away from zero) to the fen."""
    return amount.quantize(FEN, ROUND_HALF_UP)


def allocate(total: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Share a total in whole fen out by weight, so that the shares add up to it exactly.

    Every share is rounded down and the fen left over go to the largest remainders, the earlier
    one first among equals. Weights may be negative (a discount line), but not add up to zero
    unless there is nothing to share.
    """
    to_minor(total)
    whole = sum(weights, Decimal(0))
    if not whole:
        if total:
            raise ValueError("weights that add up to zero cannot share an amount")
        return [Decimal("0.00") for _ in weights]
    exact = [total * weight / whole for weight in weights]
    shares = [share.quantize(FEN, ROUND_FLOOR) for share in exact]
    left_over = to_minor(total - sum(shares, Decimal(0)))
    by_remainder = sorted(range(len(shares)), key=lambda i: shares[i] - exact[i])
    for index in by_remainder[:left_over]:
        shares[index] += FEN
    return shares


def to_minor(amount: Decimal) -> int:
    """Whole fen of an amount; refuses one with a part of a fen."""
    minor = amount.scaleb(2)
    if minor != minor.to_integral_value():
        raise ValueError(f"{amount} is not a whole number of fen")
    return int(minor)


def from_minor(minor: int) -> Decimal:
    """The amount in yuan of so many fen."""
    return Decimal(minor).scaleb(-2)
