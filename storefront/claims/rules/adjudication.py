"""The adjudication of one claim: every head by its formula, within its limits, with every finding."""

from collections.abc import Mapping
from decimal import Decimal

from storefront.claims.rules import findings, limits
from storefront.claims.rules.amounts import ZERO, Draft, Formula, Ledger
from storefront.claims.rules.cyber import loss_of_head
from storefront.claims.rules.expenses import reimbursement, third_party
from storefront.claims.rules.facts import Case, Loss, Used
from storefront.claims.rules.outcome import Adjudication, Head
from storefront.claims.rules.personal import daily_cash, graded, sum_insured
from storefront.claims.rules.terms import Agreed
from storefront.claims.rules.wording import step
from storefront.claims.rules.work_injury import statutory
from storefront.money import round_fen

FORMULAS: dict[str, Formula] = {
    "sum-insured": sum_insured,
    "graded": graded,
    "reimbursement": reimbursement,
    "daily-cash": daily_cash,
    "liability-limits": third_party,
    "loss-of-head": loss_of_head,
    "work-injury": statutory,
}


def adjudicate(case: Case) -> Adjudication:
    """What is payable under each head, line by line, and every reason against it.

    A head that is barred pays nothing and uses nothing up. Heads of one claim see what the earlier
    ones took; a benefit from which others are taken off comes after them. Raises pydantic's
    ValidationError where the product's parameters, and KeyError where codes of the case, are unknown.
    """
    agreed = Agreed(case)
    found = findings.of(agreed)
    barred = findings.barred(case, found)
    ledger: list[Used] = list(case.used)
    due = case.contract.premium_due
    heads: dict[str, Head] = {}
    for loss in sorted(case.losses, key=lambda loss: _after_others(agreed, loss)):
        head = _head(agreed, loss, ledger, barred, due)
        due -= _premium_in(head)
        heads[loss.code] = head
        ledger.append(_taken(case, head))
    ordered = tuple(heads[loss.code] for loss in case.losses)
    found += findings.of_nothing(agreed, ordered, barred)
    returns = findings.returns(agreed, found)
    return Adjudication(
        heads=ordered,
        findings=tuple(found),
        returns=returns,
        ends_contract=findings.ends_contract(agreed, ordered, found),
    )


def unknown(case: Case) -> set[str]:
    """What the facts of a case name and its contract does not have: exclusions, terms, measures."""
    agreed, incident = Agreed(case), case.incident
    rules = agreed.rules
    named = {*incident.exclusions, *(part.reason for loss in case.losses for part in loss.refused)}
    found = named - {item.code for item in (rules.exclusions if rules else ())}
    measures = {item.code for item in (rules.controls if rules else ())} | set(agreed.stated)
    found |= set(incident.controls) - measures
    terms = len(case.contract.content.get("special_terms", []))
    return found | {str(place + 1) for place in incident.special_terms if place not in range(terms)}


def ends_by(case: Case, found: Adjudication, decided: Mapping[str, Decimal]) -> bool:
    """Whether the contract is at its end by what was decided for each head, perhaps less than computed."""
    heads = tuple(
        head.model_copy(update={"payable": decided.get(head.code, ZERO)}) for head in found.heads
    )
    return findings.ends_contract(Agreed(case), heads, list(found.findings))


def _head(
    agreed: Agreed, loss: Loss, ledger: Ledger, barred: frozenset[str], premium_due: Decimal
) -> Head:
    draft = FORMULAS[agreed.benefit(loss).kind](agreed, loss, ledger)
    rooms = limits.rooms(agreed, loss, ledger, barred)
    room = limits.tightest(rooms)
    payable = limits.capped(draft, rooms)
    steps = [*draft.steps, *limits.steps_of(rooms, draft.net)]
    if loss.code in barred:
        steps.append(step("barred", -payable))
        payable = ZERO
    premium = min(premium_due, payable)
    if premium:
        steps.append(step("premium-due", -premium, agreed.clause(loss, "grace")))
    payable -= premium
    steps.append(step("payable", payable))
    return Head(
        code=loss.code,
        cover=loss.cover,
        claim_type=agreed.claim_type(loss).code,
        person=loss.person,
        claimed=round_fen(draft.claimed),
        eligible=round_fen(draft.eligible),
        paid_elsewhere=draft.elsewhere,
        deductible=draft.deductible,
        ratio=draft.ratio,
        limit_code=room.limit.code if room else None,
        limit=room.amount if room else None,
        used=room.used if room else None,
        limit_left=room.left if room else None,
        payable=round_fen(payable),
        steps=tuple(steps),
        **(_used_up(draft) if loss.code not in barred else {}),
    )


def _used_up(draft: Draft) -> dict[str, object]:
    return {
        "loss": draft.loss,
        "deductible_used": draft.deductible_used,
        "days": draft.days,
        "grades": draft.grades,
    }


def _premium_in(head: Head) -> Decimal:
    return -sum((line.amount for line in head.steps if line.code == "premium-due"), ZERO)


def _taken(case: Case, head: Head) -> Used:
    """What a head of this claim takes; it carries no claim, so that it is not counted twice."""
    return used_by(head, "", case.incident.event, case.incident.at.isoformat())


def used_by(head: Head, claim: str, event: str, at: str) -> Used:
    """What a head that was found payable takes of the limits, for the claims after it."""
    return Used.model_validate(
        {
            "claim": claim,
            "event": event,
            "at": at,
            "cover": head.cover,
            "claim_type": head.claim_type,
            "person": head.person,
            "paid": head.payable + _premium_in(head),
            "loss": head.loss,
            "deductible": head.deductible_used,
            "days": head.days,
            "grades": head.grades,
        }
    )


def _after_others(agreed: Agreed, loss: Loss) -> bool:
    return bool(getattr(agreed.terms(loss), "less", ()))
