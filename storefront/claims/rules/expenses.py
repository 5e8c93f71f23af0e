"""Benefits that follow a bill or a debt: medical expenses, and what is owed to third parties."""

from decimal import Decimal

from storefront.catalog.definition.benefits import Reimbursement
from storefront.claims.rules.amounts import ZERO, Draft, Ledger, eligible, less_elsewhere, taken
from storefront.claims.rules.facts import Loss
from storefront.claims.rules.terms import Agreed
from storefront.claims.rules.wording import percent, step
from storefront.money import round_fen


def reimbursement(agreed: Agreed, loss: Loss, ledger: Ledger) -> Draft:
    """(eligible − paid elsewhere − deductible left) × ratio."""
    terms = agreed.terms_as(loss, Reimbursement)
    owed, steps = eligible(agreed, loss)
    after, elsewhere, more = less_elsewhere(agreed, loss, owed)
    steps += more
    left = _deductible_left(agreed, loss, ledger, terms)
    met = sum((_compensation(loss, source) for source in terms.deductible_meets), ZERO)
    met = min(met, left, owed)
    if met:
        steps.append(step("deductible-met", met, agreed.clause(loss, "deductible"), left=left))
    own = min(left - met, after)
    if left:
        steps.append(step("deductible", -own, agreed.clause(loss, "deductible"), left=left - met))
    ratio = _ratio(agreed, loss, terms)
    net = round_fen((after - own) * ratio)
    if ratio != 1:
        steps.append(step("ratio", net, agreed.clause(loss, "ratio"), ratio=percent(ratio)))
    return Draft(
        claimed=loss.claimed,
        eligible=owed,
        elsewhere=elsewhere,
        deductible=own,
        deductible_used=met + own,
        ratio=ratio,
        net=net,
        loss=after,
        steps=tuple(steps),
    )


def _deductible_left(agreed: Agreed, loss: Loss, ledger: Ledger, terms: Reimbursement) -> Decimal:
    """What of the deductible earlier bills, and earlier compensation for them, have not used up."""
    before = [u for u in taken(agreed, ledger, loss, terms.deductible_per) if u.cover == loss.cover]
    used = sum((item.deductible for item in before), ZERO)
    return max(agreed.deductible(loss.cover) - used, ZERO)


def _compensation(loss: Loss, source: str) -> Decimal:
    return loss.paid_by_social if source == "social" else loss.paid_by_others


def _ratio(agreed: Agreed, loss: Loss, terms: Reimbursement) -> Decimal:
    lower = terms.ratio_without_social_insurance
    insured_as = agreed.facts_of(loss).get(terms.social_insurance_key) is True
    return lower if lower is not None and insured_as and not loss.settled_by_social else terms.ratio


def third_party(agreed: Agreed, loss: Loss, ledger: Ledger) -> Draft:
    """What is owed by law, less what others paid; the limits say how much of it is insured."""
    owed, steps = eligible(agreed, loss)
    net, elsewhere, more = less_elsewhere(agreed, loss, owed)
    return Draft(
        claimed=loss.claimed,
        eligible=owed,
        elsewhere=elsewhere,
        net=net,
        loss=net,
        steps=(*steps, *more),
    )
