"""A claim as the case that the rules look at: contract, incident, losses, and what others used up.

Whoever decides by it holds the lock of policy and claim (`access.lock_row`), so that no two claims use
one limit up at once.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.claims import rules
from storefront.claims.models import Claim, ClaimAdvance, ClaimHead
from storefront.claims.payouts.models import PayoutDue
from storefront.claims.service import cash_value, contract, people
from storefront.payments.models import Payment
from storefront.policies import service as policies
from storefront.policies.models import Policy

UNUSED = ("withdrawn", "closed_without_payment")
"""Decisions after which a claim uses nothing up, unless something was paid or promised before."""
NOTHING = Decimal(0)


def of(session: Session, claim: Claim, now: datetime) -> rules.Case:
    """The case of a claim, by its contract at the incident (C-08) and by what was used before."""
    bundle = contract.bundle_of(session, claim.policy)
    return rules.Case(
        product=bundle.definition,
        contract=_contract(session, claim),
        incident=_incident(claim, now),
        losses=tuple(_losses(session, claim)),
        used=tuple(_used(session, claim)),
        tables=bundle.tables,
    )


def event_of(claim: Claim) -> str:
    """What tells the claims of one accident from those of another, within one policy.

    It is the day, until an adjuster has named the event (`event` among the facts found out).
    """
    named = claim.circumstances.get("facts", {}).get("event")
    return str(named or clock.local_date(claim.incident_at).isoformat())


def _contract(session: Session, claim: Claim) -> rules.Contract:
    stack = [
        rules.Transaction(row.kind, row.effective_at, row.recorded_at, row.content)
        for row in policies.transactions_of(session, claim.policy)
    ]
    return rules.Contract.model_validate(
        {
            **rules.contract_at(stack, claim.incident_at),
            "premiums_paid": _premiums_paid(session, claim.policy),
            "cash_value": cash_value.of(session, claim),
        }
    )


def _premiums_paid(session: Session, policy: Policy) -> Decimal:
    """All premium that has arrived for a contract."""
    total = select(func.coalesce(func.sum(Payment.amount), 0)).where(
        Payment.application_id == policy.application_id,
        Payment.state == "settled",
        Payment.held_reason.is_(None),
    )
    return session.scalars(total).one()


def _incident(claim: Claim, now: datetime) -> rules.Incident:
    """Times of the report, and what was found out since (`facts` of the circumstances)."""
    return rules.Incident.model_validate(
        {
            **claim.circumstances.get("facts", {}),
            "at": claim.incident_at,
            "known_at": claim.known_at,
            "reported_at": claim.reported_at,
            "event": event_of(claim),
            "assessed_on": clock.local_date(now),
        }
    )


def _losses(session: Session, claim: Claim) -> Iterator[rules.Loss]:
    born = _birth_dates(session, claim)
    for head in claim.heads:
        yield rules.Loss.model_validate(
            {
                "claim_type": claim.claim_type,
                "person": people.of(claim, head),
                "birth_date": None if head.person is None else born.get(head.person),
                **head.facts,
                "code": str(head.position),
                "cover": head.cover,
                "claimed": head.claimed,
            }
        )


def _birth_dates(session: Session, claim: Claim) -> dict[int, date]:
    """The birth dates of the insured persons by place, for limits by age."""
    changes = policies.transactions_of(session, claim.policy)
    insured = contract.insured_of(changes[-1].content)  # nobody is struck off, so places stay
    return {place: date.fromisoformat(person["birth_date"]) for place, person in enumerate(insured)}


def _used(session: Session, claim: Claim) -> Iterator[rules.Used]:
    """What the other claims of the policy took of its limits, by what was decided, paid or promised."""
    rows = session.execute(
        select(Claim, ClaimHead, _promised())
        .join(ClaimHead, ClaimHead.claim_id == Claim.id)
        .where(Claim.policy_id == claim.policy_id, Claim.id != claim.id)
        .order_by(Claim.id, ClaimHead.position)
    ).all()
    for other, together in groupby(rows, key=lambda row: row[0]):
        looked_at = [(head, promised) for _claim, head, promised in together if head.figures]
        if looked_at:
            heads = [head for head, _promised_too in looked_at]
            yield from _used_by(other, heads, looked_at[0][1])


def _used_by(other: Claim, heads: Sequence[ClaimHead], promised: Decimal) -> Iterator[rules.Used]:
    computed = [_computed(head.figures or {}) for head in heads]
    counts = [head.payable is not None and other.decision not in UNUSED for head in heads]
    decided = [
        head.payable if head.payable is not None and counting else NOTHING
        for head, counting in zip(heads, counts, strict=True)
    ]
    taken = at_least(decided, [found.payable for found in computed], promised)
    for head, found, counting, paid in zip(heads, computed, counts, taken, strict=True):
        if paid or (counting and not found.payable):
            used = found.model_copy(update={"payable": paid, "person": people.of(other, head)})
            yield rules.used_by(used, other.ref, event_of(other), other.incident_at.isoformat())


def at_least(
    decided: Sequence[Decimal], computed: Sequence[Decimal], promised: Decimal
) -> list[Decimal]:
    """What the heads of a claim take of the limits where more was paid or promised than decided now.

    A later decision may be lower than an earlier one: money that went out uses the limits up all the
    same. The difference goes to the heads as far as they were computed, the rest to the first.
    """
    taken, left = list(decided), promised - sum(decided, NOTHING)
    for place, most in enumerate(computed):
        more = max(min(left, most - taken[place]), NOTHING)
        taken[place] += more
        left -= more
    taken[0] += max(left, NOTHING)
    return taken


def _promised() -> Any:
    """What was paid ahead for a claim or ordered by its decisions, beside its rows."""
    ahead = select(func.coalesce(func.sum(ClaimAdvance.amount), 0)).where(
        ClaimAdvance.claim_id == Claim.id
    )
    ordered = select(func.coalesce(func.sum(PayoutDue.amount), 0)).where(
        PayoutDue.claim_id == Claim.id,
        PayoutDue.key.startswith("decision:"),
        PayoutDue.void_at.is_(None),
    )
    return ahead.scalar_subquery() + ordered.scalar_subquery()


def _computed(figures: Mapping[str, Any]) -> rules.Head:
    """The figures as the rules found them, whatever was decided: their last line is what they came to.

    A person may decide to pay less, or nothing; then what was refused uses nothing up, while a bill that
    lies within the deductible does.
    """
    return rules.Head.model_validate({**figures, "payable": figures["steps"][-1]["amount"]})
