"""Reasons that bar or question the payment of one head of loss."""

from collections.abc import Iterator
from datetime import timedelta

from storefront.catalog.definition.benefits import (
    DailyCash,
    Graded,
    LossOfHead,
    Reimbursement,
    SumInsured,
    WorkInjury,
)
from storefront.claims.rules import asking
from storefront.claims.rules.facts import Loss
from storefront.claims.rules.outcome import Effect, Finding
from storefront.claims.rules.terms import Agreed
from storefront.claims.rules.wording import finding
from storefront.claims.rules.work_injury import local_average
from storefront.clock import local_date


def of(agreed: Agreed) -> list[Finding]:
    """Every finding of every head, in the order of the heads."""
    return [
        found
        for loss in agreed.case.losses
        for check in (_not_taken, _waiting, _early, _window, _sum_insured, _facts_missing, _consent)
        for found in check(agreed, loss)
    ]


def _about(
    agreed: Agreed, loss: Loss, code: str, effect: Effect, matter: str, **figures: object
) -> Finding:
    return of_head(loss, finding(code, effect, agreed.clause(loss, matter), **figures))


def of_head(loss: Loss, found: Finding) -> Finding:
    """The same finding, about one head."""
    return found.model_copy(update={"heads": (loss.code,)})


def _not_taken(agreed: Agreed, loss: Loss) -> Iterator[Finding]:
    if loss.cover not in agreed.covers:
        name = agreed.case.product.cover(loss.cover).name
        yield _about(agreed, loss, "cover-not-taken", "bar", "benefit", cover=name)


def _waiting(agreed: Agreed, loss: Loss) -> Iterator[Finding]:
    """An illness in the waiting period, counted from the start or the reinstatement."""
    rules, cause = agreed.rules, agreed.case.incident.cause
    days = agreed.waiting_days(loss.cover)
    if not days or rules is None or rules.waiting is None or cause == "accident":
        return
    contract, waiting = agreed.case.contract, rules.waiting
    since = contract.start_at
    if waiting.after_reinstatement and contract.reinstated_at:
        since = max(since, contract.reinstated_at)
    counted = loss.onset_on if waiting.counts == "onset" else loss.occurred_on
    day = counted or agreed.incident_day()
    known = cause not in (None, "other")
    if waiting.counts == "onset" and day < local_date(contract.start_at):
        yield _about(agreed, loss, "onset-before", "question", "onset")
    over = local_date(since) + timedelta(days=days)
    if not local_date(since) <= day < over:
        if waiting.counts == "onset" and counted is None and day >= over:
            yield of_head(loss, finding("onset-missing", "question", waiting.clause, days=days))
        return
    effect: Effect = "bar" if known else "question"
    code = "waiting-period" if known else "cause-unknown"
    yield of_head(loss, finding(code, effect, waiting.clause, days=days))


def _early(agreed: Agreed, loss: Loss) -> Iterator[Finding]:
    """Something before the accident that is to have caused it, where an accident is what is covered."""
    first = loss.first_on or loss.occurred_on
    covers = (loss.cover,)
    by_accident = asking.cause_excluded(agreed.case.product, covers)
    if by_accident and first and first < agreed.incident_day():
        yield _about(agreed, loss, "before-accident", "question", "benefit")


def _window(agreed: Agreed, loss: Loss) -> Iterator[Finding]:
    """Death, disability or treatment later than so many days after the accident."""
    terms = agreed.terms(loss)
    if isinstance(terms, LossOfHead):
        yield from _publicity(agreed, loss, terms)
        return
    within = getattr(terms, "within_days", None)
    if within is None:
        return
    if loss.occurred_on is None:
        yield _about(agreed, loss, "date-missing", "question", "benefit", days=within)
    elif loss.occurred_on > agreed.incident_day() + timedelta(days=within):
        late = "late-expenses" if isinstance(terms, Reimbursement) else "outside-window"
        effect: Effect = "question" if late == "late-expenses" else "bar"
        yield _about(agreed, loss, late, effect, "benefit", days=within)


def _publicity(agreed: Agreed, loss: Loss, terms: LossOfHead) -> Iterator[Finding]:
    within, public_on = (
        terms.within_days_of_publicity.get(loss.cover),
        agreed.case.incident.public_on,
    )
    if within is None:
        return
    if loss.occurred_on is None or public_on is None:
        yield _about(agreed, loss, "date-missing", "question", loss.cover, days=within)
    elif loss.occurred_on > public_on + timedelta(days=within):
        yield _about(agreed, loss, "late-expenses", "question", loss.cover, days=within)


def _sum_insured(agreed: Agreed, loss: Loss) -> Iterator[Finding]:
    """First diagnosis, how long an illness has to have lasted, death before payment."""
    terms = agreed.terms(loss)
    if not isinstance(terms, SumInsured) or terms.conditions is None:
        return
    if loss.occurred_on and loss.occurred_on < local_date(agreed.case.contract.start_at):
        yield _about(agreed, loss, "diagnosed-before", "bar", "first-diagnosis")
    rows = agreed.case.tables[terms.conditions]
    row = next((row for row in rows if row["code"] == loss.illness), None)
    if row is None:
        yield _about(agreed, loss, "illness-unknown", "question", "illnesses")
        return
    needed = int(row["lasting_days"] or 0)
    if loss.died_on and (needed == 0 or not _lasted(loss, needed)):
        yield _about(agreed, loss, "died-before-payment", "question", "death")
    if needed and not _lasted(loss, needed):
        yield _about(agreed, loss, "not-lasted", "bar", "illnesses", days=needed)


def _lasted(loss: Loss, needed: int) -> bool:
    return loss.lasted_days is not None and loss.lasted_days >= needed


def _facts_missing(agreed: Agreed, loss: Loss) -> Iterator[Finding]:
    """Facts without which the amount stays zero or the lower one."""
    terms = agreed.terms(loss)
    if isinstance(terms, Graded | WorkInjury) and not loss.grades:
        yield _about(agreed, loss, "grade-missing", "question", "benefit")
    if isinstance(terms, DailyCash) and loss.days is None:
        yield _about(agreed, loss, "days-missing", "question", "benefit")
    if isinstance(terms, WorkInjury) or (isinstance(terms, DailyCash) and terms.amount == "wage"):
        yield from _wage_missing(agreed, loss)
    if isinstance(terms, LossOfHead) and terms.waiting_days and None in (loss.days, loss.daily):
        yield _about(agreed, loss, "interruption-missing", "question", "months")
    if isinstance(terms, SumInsured) and terms.for_minors and loss.birth_date is None:
        yield _about(agreed, loss, "birth-date-missing", "question", "minors")
    if isinstance(terms, Reimbursement) and terms.ratio_without_social_insurance is not None:
        insured = agreed.facts_of(loss).get(terms.social_insurance_key) is True
        if insured and loss.settled_by_social is None:
            yield _about(agreed, loss, "social-unknown", "question", "ratio")


def _wage_missing(agreed: Agreed, loss: Loss) -> Iterator[Finding]:
    wage = agreed.rules.wage if agreed.rules else None
    if loss.monthly_wage is None:
        yield _about(agreed, loss, "wage-missing", "question", "wage")
    elif wage and local_average(agreed, loss.city, wage.table) is None:
        yield of_head(loss, finding("city-unknown", "question", wage.clause))


def _consent(agreed: Agreed, loss: Loss) -> Iterator[Finding]:
    """Payments that need the insurer's consent before they are made."""
    terms = agreed.terms(loss)
    if not isinstance(terms, LossOfHead) or loss.cover not in terms.needs_consent:
        return
    if loss.consent is False:
        yield _about(agreed, loss, "no-consent", "bar", "consent")
    elif loss.consent is None:
        yield _about(agreed, loss, "consent-unknown", "question", "consent")
