"""Limits and aggregates: what is left of each for one head, and how several heads share one."""

from dataclasses import dataclass, replace
from decimal import Decimal

from storefront.catalog.definition.benefits import DailyCash, LiabilityLimits
from storefront.catalog.definition.claims import Limit
from storefront.catalog.facts import amount_of
from storefront.claims.rules.amounts import ZERO, Draft, Ledger
from storefront.claims.rules.expenses import third_party
from storefront.claims.rules.facts import Loss, Used
from storefront.claims.rules.outcome import Step
from storefront.claims.rules.terms import Agreed
from storefront.claims.rules.wording import step
from storefront.money import allocate, round_fen


@dataclass(frozen=True)
class Room:
    """What one limit leaves for a head: its amount, what was used, what is left, and for this head."""

    limit: Limit
    amount: Decimal
    used: Decimal
    share: Decimal | None

    @property
    def left(self) -> Decimal:
        return max(self.amount - self.used, ZERO)

    @property
    def most(self) -> Decimal:
        return self.left if self.share is None else min(self.left, self.share)


def rooms(agreed: Agreed, loss: Loss, ledger: Ledger, barred: frozenset[str]) -> list[Room]:
    """Every limit over the cover of a head, as far as it is used up."""
    found = []
    for limit in _limits(agreed, loss):
        counting = [used for used in ledger if _counts(agreed, limit, loss, used)]
        amount = _amount(agreed, limit, loss)
        used = sum((item.paid for item in counting), ZERO)
        room = Room(limit, amount, used, None)
        if limit.sharing == "pro-rata":
            room = replace(room, share=_share(agreed, loss, room, counting, barred))
        found.append(room)
    return found


def tightest(found: list[Room]) -> Room | None:
    return min(found, key=lambda room: room.most, default=None)


def steps_of(found: list[Room], net: Decimal) -> list[Step]:
    """The tightest limit in lines: its amount, what was used, the share of this head."""
    room = tightest(found)
    if room is None:
        return []
    clause = room.limit.clause
    label = f"limit-{room.limit.per}-{room.limit.each}"
    steps = [step(label, room.amount, clause)]
    if room.used:
        steps.append(step("limit-used", -min(room.used, room.amount), clause))
    if room.share is not None and room.share < min(net, room.left):
        steps.append(step("limit-share", room.share, clause))
    return steps


def capped(draft: Draft, found: list[Room]) -> Decimal:
    """What is payable: the formula's amount within its own cap and every limit."""
    amounts = [draft.net, *(room.most for room in found)]
    if draft.cap is not None:
        amounts.append(draft.cap)
    return max(min(amounts), ZERO)


def _limits(agreed: Agreed, loss: Loss) -> list[Limit]:
    if agreed.rules is not None:
        return [limit for limit in agreed.rules.limits if loss.cover in limit.covers]
    terms = agreed.terms(loss)
    if isinstance(terms, DailyCash) and terms.amount == "limit":
        return []
    return [Limit(code=loss.cover, covers=(loss.cover,), per="period", each="person", clause="1")]


def _counts(agreed: Agreed, limit: Limit, loss: Loss, used: Used) -> bool:
    """Whether what was paid before counts against a limit."""
    same = used.event == agreed.case.incident.event
    return (
        used.cover in limit.covers
        and (limit.each == "all" or used.person == loss.person)
        and (same if limit.per == "event" else agreed.in_period(used.at))
    )


def _amount(agreed: Agreed, limit: Limit, loss: Loss) -> Decimal:
    """The amount of a limit by the contract at the incident; lower without fault where it is agreed.

    While nobody knows whether there was fault, the lower one: that much is undisputed.
    """
    terms = agreed.terms(loss)
    if isinstance(terms, LiabilityLimits) and not agreed.case.incident.at_fault:
        return terms.without_fault.get(loss.cover, ZERO)
    if limit.amount is None:
        return agreed.sum_insured(limit.covers[0])
    amount = amount_of(limit.amount, agreed.facts) or ZERO
    for factor in limit.factors:
        amount *= agreed.number(factor)
    return round_fen(amount)


def _share(
    agreed: Agreed, loss: Loss, room: Room, counting: list[Used], barred: frozenset[str]
) -> Decimal | None:
    """The share of one head where several losses of the event go over the limit together."""
    here = [other for other in agreed.case.losses if other.cover in room.limit.covers]
    losses = [
        ZERO if other.code in barred else third_party(agreed, other, ()).net for other in here
    ]
    earlier = [used for used in counting if used.claim]
    weights = [*losses, *(used.loss for used in earlier)]
    if sum(weights, ZERO) <= room.amount:
        return None
    shares = allocate(room.amount, weights)[: len(here)]
    left = max(room.amount - sum((used.paid for used in earlier), ZERO), ZERO)
    if sum(shares, ZERO) > left:  # somebody was paid before the others were known
        shares = allocate(left, losses)
    return shares[here.index(loss)]
