"""The result of rating, and the one place where a premium is rounded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from storefront.money import LARGEST, allocate, round_fen
from storefront.rating.faults import Fault, RatingRefused


@dataclass(frozen=True, slots=True)
class PremiumLine:
    """A part of the premium the customer sees, in yuan."""

    code: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Premium:
    """A premium in yuan; the lines add up to the total, which is ``unrounded`` rounded once."""

    total: Decimal
    unrounded: Decimal
    lines: tuple[PremiumLine, ...]


class Basis(Protocol):
    """A rate basis, ready to price answers of the right types."""

    def price(self, answers: Mapping[str, object]) -> Premium:
        """The premium, or ``RatingRefused`` naming every answer at fault."""
        ...


def premium_of(parts: Sequence[tuple[str, Decimal]], largest_answer: str) -> Premium:
    """Round the sum of the parts once and share it out among them; parts of zero are left out.

    A premium that no amount column could hold is refused, at the answer that makes it so large.
    """
    unrounded = sum((amount for _, amount in parts), Decimal(0))
    if unrounded > LARGEST:
        raise RatingRefused([Fault(largest_answer, "premium-out-of-range")])
    taken = [(code, amount) for code, amount in parts if amount]
    total = round_fen(unrounded)
    amounts = allocate(total, [amount for _, amount in taken])
    lines = zip(taken, amounts, strict=True)
    return Premium(total, unrounded, tuple(PremiumLine(code, a) for (code, _), a in lines))
