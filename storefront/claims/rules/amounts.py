"""What the formulas share: a draft of a head, what was used before, eligible and paid elsewhere."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from storefront.claims.rules.facts import Loss, Used
from storefront.claims.rules.outcome import Step
from storefront.claims.rules.terms import Agreed
from storefront.claims.rules.wording import step

ZERO, ONE = Decimal(0), Decimal(1)
Ledger = Sequence[Used]
"""What earlier claims took, and the earlier heads of this claim."""


@dataclass(frozen=True)
class Draft:
    """One head before the limits: `net` is what the formula comes to.

    `cap` is a limit of this head alone; `loss` and `deductible_used` count for claims to come.
    """

    claimed: Decimal
    eligible: Decimal
    net: Decimal
    steps: tuple[Step, ...]
    elsewhere: Decimal = ZERO
    deductible: Decimal = ZERO
    deductible_used: Decimal = ZERO
    ratio: Decimal = ONE
    cap: Decimal | None = None
    loss: Decimal = ZERO
    days: int = 0
    grades: tuple[int, ...] = ()


Formula = Callable[[Agreed, Loss, Ledger], Draft]


def taken(
    agreed: Agreed, ledger: Ledger, loss: Loss, scope: Literal["event", "period"]
) -> Iterable[Used]:
    """What was taken for the same person: in the same event, or in this period of insurance."""
    event = agreed.case.incident.event
    return [
        used
        for used in ledger
        if used.person == loss.person
        and (used.event == event if scope == "event" else agreed.in_period(used.at))
    ]


def eligible(agreed: Agreed, loss: Loss) -> tuple[Decimal, list[Step]]:
    """What is claimed less the parts that an article excludes, never below zero."""
    exclusions = {found.code: found for found in agreed.rules.exclusions} if agreed.rules else {}
    steps = [step("claimed", loss.claimed)]
    left = loss.claimed
    for part in loss.refused:
        excluded = exclusions[part.reason]
        amount = min(part.amount, left)
        left -= amount
        steps.append(step("refused", -amount, excluded.clause, reason=excluded.text))
    return left, steps


def less_elsewhere(
    agreed: Agreed, loss: Loss, amount: Decimal
) -> tuple[Decimal, Decimal, list[Step]]:
    """An amount less what others paid for it: what is left, what was taken off, the steps."""
    clause, steps, left = agreed.clause(loss, "elsewhere"), [], amount
    for code, paid in (("paid-social", loss.paid_by_social), ("paid-others", loss.paid_by_others)):
        off = min(paid, left)
        left -= off
        if paid:
            steps.append(step(code, -off, clause))
    return left, amount - left, steps
