"""A claim as the case that the rules look at: contract, incident, losses, and what others used up.

Whoever decides by it holds the lock of policy and claim (`access.lock_row`), so that no two claims use
one limit up at once.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.claims import rules
from storefront.claims.models import Claim, ClaimAdvance, ClaimHead
from storefront.claims.service import cash_value, contract
from storefront.payments.models import Payment
from storefront.policies import service as policies
from storefront.policies.models import Policy

UNUSED = ("withdrawn", "closed_without_payment")
"""Decisions after which a claim uses nothing up, unless something was paid ahead."""


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


def person_of(claim: Claim, head: ClaimHead) -> str:
    """What tells the people hurt apart: the place among the insured, else the name."""
    return str(head.person) if head.person is not None else str(claim.hurt.get("name") or "")


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
    born = _born(session, claim)
    for head in claim.heads:
        yield rules.Loss.model_validate(
            {
                "claim_type": claim.claim_type,
                "person": person_of(claim, head),
                **born,
                **head.facts,
                "code": str(head.position),
                "cover": head.cover,
                "claimed": head.claimed,
            }
        )


def _born(session: Session, claim: Claim) -> dict[str, date]:
    """The birth date of the insured person, for limits by age."""
    place = claim.hurt["index"]
    if place is None:
        return {}
    changes = policies.transactions_of(session, claim.policy)
    people = contract.insured_of(changes[-1].content)  # nobody is struck off, so places stay
    return {"birth_date": date.fromisoformat(people[place]["birth_date"])}


def _used(session: Session, claim: Claim) -> Iterator[rules.Used]:
    """What the other claims of the policy took of its limits, by what was decided or paid ahead."""
    rows = session.execute(
        select(Claim, ClaimHead, _advanced())
        .join(ClaimHead, ClaimHead.claim_id == Claim.id)
        .where(Claim.policy_id == claim.policy_id, Claim.id != claim.id)
        .order_by(Claim.id, ClaimHead.position)
    ).all()
    ahead: dict[int, Decimal] = {other.id: advanced for other, _head, advanced in rows}
    for other, head, advanced in rows:
        if not head.figures:
            continue  # nobody has looked at it yet
        computed = _computed(head.figures)
        paid = head.payable
        if paid is None or other.decision in UNUSED:
            if not advanced:
                continue
            paid = min(ahead[other.id], computed.payable)
        ahead[other.id] -= min(ahead[other.id], paid)
        if paid or not computed.payable:
            taken = computed.model_copy(update={"payable": paid})
            yield rules.used_by(taken, other.ref, event_of(other), other.incident_at.isoformat())


def _advanced() -> Any:
    """The sum paid ahead for a claim, beside its rows."""
    return (
        select(func.coalesce(func.sum(ClaimAdvance.amount), 0))
        .where(ClaimAdvance.claim_id == Claim.id)
        .scalar_subquery()
    )


def _computed(figures: Mapping[str, Any]) -> rules.Head:
    """The figures as the rules found them, whatever was decided: their last line is what they came to.

    A person may decide to pay less, or nothing; then what was refused uses nothing up, while a bill that
    lies within the deductible does.
    """
    return rules.Head.model_validate({**figures, "payable": figures["steps"][-1]["amount"]})
