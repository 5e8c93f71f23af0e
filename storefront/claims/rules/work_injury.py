"""C-09: statutory benefits after a work injury, who owes them, and the wage that counts."""

from dataclasses import dataclass
from decimal import Decimal

from storefront.catalog.definition.benefits import WorkInjury
from storefront.claims.rules.amounts import ZERO, Draft, Ledger, eligible, less_elsewhere
from storefront.claims.rules.facts import Loss
from storefront.claims.rules.grades import combined, with_grade_cap
from storefront.claims.rules.outcome import Step
from storefront.claims.rules.terms import Agreed
from storefront.claims.rules.wording import percent, step
from storefront.money import round_fen


@dataclass(frozen=True)
class Benefit:
    """What the law gives for a grade: months of wage at once, a share of it each month and who pays."""

    months: Decimal
    share: Decimal
    fund_pays_monthly: bool


def counted_wage(agreed: Agreed, loss: Loss) -> tuple[Decimal, list[Step]]:
    """The monthly wage within floor and cap of the local average; zero while it is not known."""
    own = loss.monthly_wage or ZERO
    rule = agreed.rules.wage if agreed.rules else None
    if rule is None or not own:
        return own, [step("wage", own)]
    local = local_average(agreed, loss.city, rule.table)
    if local is None:
        return own, [step("wage", own, rule.clause)]
    counted = round_fen(min(max(own, local * rule.floor), local * rule.cap))
    label = "wage" if counted == own else "wage-floor" if counted > own else "wage-cap"
    ratio = rule.floor if counted > own else rule.cap
    return counted, [
        step("own-wage", own, rule.clause),
        step(label, counted, rule.clause, local=local, ratio=percent(ratio)),
    ]


def local_average(agreed: Agreed, city: str | None, table: str) -> Decimal | None:
    """The average monthly wage of a city, by its code or name, in yuan; None where it is not known."""
    rows = agreed.case.tables.get(table, [])
    names = ("city", "name_zh", "name_en")
    found = next((row for row in rows if city and city in map(row.get, names)), None)
    return Decimal(found["monthly_wage"]) if found else None


def of_grade(agreed: Agreed, terms: WorkInjury, grade: int) -> Benefit:
    """The row of a grade in the product's table, or in the lists of version 1."""
    if terms.benefits is None:
        shares = terms.monthly_shares
        share = shares[grade - 1] if grade <= len(shares) else ZERO
        return Benefit(terms.lump_sum_months[grade - 1], share, fund_pays_monthly=True)
    rows = {int(row["grade"]): row for row in agreed.case.tables[terms.benefits]}
    row = rows[grade]
    return Benefit(
        months=Decimal(row["lump_sum_months"]),
        share=Decimal(row["monthly_share"] or 0),
        fund_pays_monthly=row["monthly_paid_by"] == "fund",
    )


def statutory(agreed: Agreed, loss: Loss, ledger: Ledger) -> Draft:
    """What the employer owes by law for a grade; the fund owes the rest where it insures the employees."""
    terms = agreed.terms_as(loss, WorkInjury)
    wage, steps = counted_wage(agreed, loss)
    owed = ZERO
    if loss.grades:
        owed, more = _owed(agreed, loss, terms, wage)
        steps += more
    claimed, more = eligible(agreed, loss)
    counted = min(claimed, owed)
    net, elsewhere, rest = less_elsewhere(agreed, loss, counted)
    steps = [*more, *steps, step("owed", counted, agreed.clause(loss, "statutory")), *rest]
    draft = Draft(
        claimed=loss.claimed,
        eligible=counted,
        elsewhere=elsewhere,
        net=net,
        loss=net,
        steps=tuple(steps),
    )
    return with_grade_cap(agreed, loss, ledger, draft, terms)


def _owed(
    agreed: Agreed, loss: Loss, terms: WorkInjury, wage: Decimal
) -> tuple[Decimal, list[Step]]:
    grade, clause = combined(loss.grades, terms.several), agreed.clause(loss, "statutory")
    found = of_grade(agreed, terms, grade)
    insured = agreed.facts.get(terms.insured_key or "") is True
    lump = round_fen(wage * found.months)
    months = found.months.normalize()
    steps = [
        step(
            "fund-lump-sum" if insured else "lump-sum",
            lump,
            clause,
            grade=grade,
            months=f"{months:f}",
        )
    ]
    owed = ZERO if insured else lump
    monthly = round_fen(wage * found.share) * loss.months
    if monthly:
        by_fund = insured and found.fund_pays_monthly
        code = "fund-monthly" if by_fund else "monthly"
        steps.append(
            step(code, monthly, clause, grade=grade, share=percent(found.share), months=loss.months)
        )
        owed += ZERO if by_fund else monthly
    return owed, steps
