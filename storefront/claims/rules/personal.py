"""Benefits to persons that do not depend on a bill: a sum at death, by grade, by day."""

from decimal import Decimal

from storefront.catalog.definition.benefits import DailyCash, Graded, SumInsured
from storefront.claims.rules.amounts import ZERO, Draft, Ledger, eligible, less_elsewhere, taken
from storefront.claims.rules.expenses import third_party
from storefront.claims.rules.facts import Loss
from storefront.claims.rules.grades import combined, grade_step, graded_before, with_grade_cap
from storefront.claims.rules.outcome import Step
from storefront.claims.rules.terms import Agreed
from storefront.claims.rules.wording import step
from storefront.claims.rules.work_injury import counted_wage
from storefront.clock import age_on
from storefront.money import round_fen


def sum_insured(agreed: Agreed, loss: Loss, ledger: Ledger) -> Draft:
    """The whole sum insured less what was paid for what came before; or a liability up to it."""
    terms = agreed.terms_as(loss, SumInsured)
    if terms.basis == "indemnity":
        return third_party(agreed, loss, ledger)
    insured = agreed.sum_insured(loss.cover)
    steps = [step("sum-insured", insured, agreed.clause(loss, "benefit"))]
    before = [
        used for used in taken(agreed, ledger, loss, terms.less_of) if used.cover in terms.less
    ]
    less = min(sum((used.paid for used in before), ZERO), insured)
    if less:
        steps.append(step("less-paid", -less, agreed.clause(loss, "less")))
    cap, more = _minors(agreed, loss) if terms.for_minors else (None, [])
    return Draft(
        claimed=loss.claimed or insured,
        eligible=insured,
        net=insured - less,
        cap=cap,
        loss=insured,
        steps=(*steps, *more),
    )


def graded(agreed: Agreed, loss: Loss, ledger: Ledger) -> Draft:
    """The share of the grade; disabilities of one accident are graded together and paid once."""
    terms = agreed.terms_as(loss, Graded)
    if terms.basis == "indemnity":
        draft = third_party(agreed, loss, ledger)
        return with_grade_cap(agreed, loss, ledger, draft, terms)
    insured = agreed.sum_insured(loss.cover)
    grades, paid = graded_before(agreed, loss, ledger)
    grade = combined((*grades, *loss.grades), terms.several)
    share = terms.shares[grade - 1] if grade else ZERO
    benefit = round_fen(insured * share)
    clause = agreed.clause(loss, "benefit")
    steps = [step("sum-insured", insured, clause)]
    steps.append(grade_step("grade", benefit, clause, grade, share))
    if paid:
        steps.append(step("less-paid", -min(paid, benefit), agreed.clause(loss, "several")))
    return Draft(
        claimed=loss.claimed or benefit,
        eligible=benefit,
        net=max(benefit - paid, ZERO),
        ratio=share,
        loss=benefit,
        grades=loss.grades,
        steps=tuple(steps),
    )


def daily_cash(agreed: Agreed, loss: Loss, ledger: Ledger) -> Draft:
    """Days × the agreed amount; or wages really owed, up to days × a day's wage."""
    terms = agreed.terms_as(loss, DailyCash)
    before = [u for u in taken(agreed, ledger, loss, terms.days_per) if u.cover == loss.cover]
    left = max(terms.days_max - sum(used.days for used in before), 0)
    days = min(loss.days or 0, left)
    clause = agreed.clause(loss, "benefit")
    counted_days = {"days": days, "most": terms.days_max, "left": left}
    if terms.amount == "limit":
        daily = agreed.sum_insured(loss.cover)
        amount = daily * days
        claimed = loss.claimed or daily * (loss.days or 0)
        return Draft(
            claimed=claimed,
            eligible=amount,
            net=amount,
            loss=amount,
            days=days,
            steps=(step("daily", daily, clause), step("days", amount, clause, **counted_days)),
        )
    wage, steps = counted_wage(agreed, loss)
    most = round_fen(wage / (terms.month_days or 1) * days)
    owed, more = eligible(agreed, loss)
    counted = min(owed, most)
    net, elsewhere, rest = less_elsewhere(agreed, loss, counted)
    steps = [*more, *steps, step("day-wages", most, clause, **counted_days), *rest]
    return Draft(
        claimed=loss.claimed,
        eligible=counted,
        elsewhere=elsewhere,
        net=net,
        loss=net,
        days=days,
        steps=tuple(steps),
    )


def _minors(agreed: Agreed, loss: Loss) -> tuple[Decimal | None, list[Step]]:
    """S-06: what is left of the most that may be paid at the death of a child, over all insurers."""
    if agreed.rules is None or loss.birth_date is None:
        return None, []
    age = age_on(loss.birth_date, loss.occurred_on or agreed.incident_day())
    found = next((minor for minor in agreed.rules.minors if age < minor.below), None)
    if found is None:
        return None, []
    left = max(found.limit - loss.other_death_cover, ZERO)
    return left, [step("minors", left, agreed.clause(loss, "minors"), age=age, limit=found.limit)]
