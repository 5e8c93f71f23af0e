"""Disability grades: several of one accident, the share of a grade, and the cap it sets."""

from dataclasses import replace
from decimal import Decimal

from storefront.catalog.definition.benefits import Graded, WorkInjury
from storefront.claims.rules.amounts import ZERO, Draft, Ledger, taken
from storefront.claims.rules.facts import Loss
from storefront.claims.rules.outcome import Step
from storefront.claims.rules.terms import Agreed
from storefront.claims.rules.wording import percent, step
from storefront.money import round_fen


def graded_before(agreed: Agreed, loss: Loss, ledger: Ledger) -> tuple[tuple[int, ...], Decimal]:
    """The grades of the same person and accident that were paid for before, and what was paid.

    Heads of another claim type of the same cover speak of the same disability, not of a further one.
    """
    before = [used for used in taken(agreed, ledger, loss, "event") if used.cover == loss.cover]
    code = agreed.claim_type(loss).code
    grades = tuple(grade for used in before if used.claim_type == code for grade in used.grades)
    return grades, sum((used.paid for used in before), ZERO)


def with_grade_cap(
    agreed: Agreed, loss: Loss, ledger: Ledger, draft: Draft, terms: Graded | WorkInjury
) -> Draft:
    """A liability limited to the grade's share of the sum insured, over all heads of one accident."""
    grades, paid = graded_before(agreed, loss, ledger)
    grade = combined((*grades, *loss.grades), terms.several)
    share = terms.shares[grade - 1] if grade and terms.shares else ZERO
    most = round_fen(agreed.sum_insured(loss.cover) * share)
    paid = min(paid, most)
    steps = [grade_step("grade-cap", most, agreed.clause(loss, "benefit"), grade, share)]
    if paid:
        steps.append(step("cap-used", -paid, agreed.clause(loss, "benefit")))
    return replace(draft, cap=most - paid, grades=loss.grades, steps=(*draft.steps, *steps))


def grade_step(code: str, amount: Decimal, clause: str, grade: int, share: Decimal) -> Step:
    """The line that names the grade and its share."""
    return step(code, amount, clause, grade=grade, share=percent(share))


def combined(grades: tuple[int, ...], several: str) -> int:
    """The grade of several disabilities of one accident; 0 where there is none.

    The worst one (the lowest number) counts; where it occurs more than once it is raised by one grade,
    to grade 1 at most (standard of disability grades, JR/T 0083).
    """
    if not grades:
        return 0
    worst = min(grades)
    if several == "worst-raised" and grades.count(worst) > 1:
        return max(worst - 1, 1)
    return worst
