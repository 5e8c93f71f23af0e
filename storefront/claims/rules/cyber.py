"""Losses of a company in one event: costs and liability, and the interruption of its business.

Where a deductible (an amount, or waiting days) and a rate are both agreed, the higher deduction counts.
"""

from calendar import monthrange
from datetime import date
from decimal import Decimal

from storefront.catalog.definition.benefits import LossOfHead
from storefront.claims.rules.amounts import ZERO, Draft, Ledger, eligible, less_elsewhere
from storefront.claims.rules.facts import Loss, Used
from storefront.claims.rules.terms import Agreed
from storefront.claims.rules.wording import percent, step
from storefront.money import round_fen


def loss_of_head(agreed: Agreed, loss: Loss, ledger: Ledger) -> Draft:
    """Loss − paid elsewhere − the higher deduction, within the limit of the head, times the ratio."""
    terms = agreed.terms_as(loss, LossOfHead)
    owed, steps = eligible(agreed, loss)
    before = _of_this_event(agreed, loss, ledger, terms)
    days = 0
    if terms.waiting_days:
        days = _days(agreed, loss, before, terms)
        owed = min(owed, round_fen((loss.daily or ZERO) * days + loss.expenses))
        clause = agreed.clause(loss, "months")
        steps.append(step("interruption", owed, clause, days=days, daily=loss.daily or ZERO))
    after, elsewhere, more = less_elsewhere(agreed, loss, owed)
    steps += more
    by_amount = _by_amount(agreed, loss, before, terms, days)
    rate = agreed.number(terms.deductible_rate)
    whole = after + sum((used.loss for used in before), ZERO)
    by_rate = round_fen(whole * rate)
    used = sum((item.deductible for item in before), ZERO)
    own = min(max(by_amount, by_rate) - used, after) if max(by_amount, by_rate) > used else ZERO
    clause = agreed.clause(loss, "deductible")
    code = "waiting-days" if terms.waiting_days else "deductible-amount"
    steps.append(step(code, by_amount, clause, days=agreed.number(terms.waiting_days)))
    if rate:
        steps.append(step("deductible-rate", by_rate, clause, rate=percent(rate)))
    if used:
        steps.append(step("deductible-used", used, clause))
    steps.append(step("deductible", -own, clause, left=max(max(by_amount, by_rate) - used, ZERO)))
    insured = agreed.sum_insured(loss.cover)
    net = min(after - own, insured) if insured else after - own
    if terms.ratio != 1:
        net = round_fen(net * terms.ratio)
        steps.append(step("ratio", net, agreed.clause(loss, "ratio"), ratio=percent(terms.ratio)))
    return Draft(
        claimed=loss.claimed,
        eligible=owed,
        elsewhere=elsewhere,
        deductible=own,
        deductible_used=own,
        ratio=terms.ratio,
        net=net,
        loss=after,
        days=days,
        steps=tuple(steps),
    )


def _of_this_event(agreed: Agreed, loss: Loss, ledger: Ledger, terms: LossOfHead) -> list[Used]:
    """What was taken for the same event: under this head, or under all where they share a deductible."""
    event = agreed.case.incident.event
    return [
        used
        for used in ledger
        if used.event == event and (terms.deductible_over == "event" or used.cover == loss.cover)
    ]


def _by_amount(
    agreed: Agreed, loss: Loss, before: list[Used], terms: LossOfHead, days: int
) -> Decimal:
    if terms.waiting_days:
        waited = min(int(agreed.number(terms.waiting_days)), days + sum(u.days for u in before))
        return round_fen(waited * (loss.daily or ZERO))
    return agreed.number(terms.deductible) if terms.deductible else agreed.deductible(loss.cover)


def _days(agreed: Agreed, loss: Loss, before: list[Used], terms: LossOfHead) -> int:
    """Days of interruption within the indemnity period, which runs from the event."""
    start, months = agreed.incident_day(), int(agreed.number(terms.months))
    if not months:
        return loss.days or 0
    period = (_months_later(start, months) - start).days - sum(used.days for used in before)
    return min(loss.days or 0, max(period, 0))


def _months_later(day: date, months: int) -> date:
    """The same day of a later month, or its last day where it has none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
