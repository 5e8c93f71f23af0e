"""What a decision does beside its benefits: premiums or cash value go back, the contract may end."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.claims import rules
from storefront.claims.desk.models import ClaimRecovery
from storefront.claims.models import Claim, ClaimDecision, ClaimReturn
from storefront.claims.payouts import ordering
from storefront.claims.payouts.models import PayoutDue
from storefront.claims.service import case, contract, paying, timeline
from storefront.errors import Refused
from storefront.policies import ending
from storefront.policies import service as policies

DAYS = ("occurred_on", "died_on")
"""Facts of a head that may lie after the incident: then the contract ends no earlier."""


def to_return(
    found: rules.Adjudication, outcome: str, given: Mapping[str, Decimal] | None
) -> dict[str, Decimal]:
    """What goes back with a decision, in yuan by code: with a refusal, what the clauses say.

    `given` are amounts that a person entered; without them the computed ones count. Raises Refused where
    one is missing, or more premium than was paid.
    """
    if outcome != "declined":
        return {}
    amounts: dict[str, Decimal] = {}
    for item in found.returns:
        amount = item.amount if given is None else given.get(item.code)
        if amount is None:
            raise Refused(_("Please enter what goes back to the policyholder by the clauses."))
        if item.code == "premiums" and item.amount is not None and amount > item.amount:
            raise Refused(_("No more goes back than was paid."))
        amounts[item.code] = amount
    return amounts


def follow(
    session: Session,
    claim: Claim,
    found: rules.Adjudication,
    row: ClaimDecision,
    returned: Mapping[str, Decimal],
) -> None:
    """In the transaction of the decision: what goes back becomes due, and the contract ends or goes on.

    What an earlier decision gave back or ended, and this one does not, is taken back.
    """
    _give_back(session, claim, found, row, returned)
    _end_contract(session, claim, found, row)
    _recover(session, claim, found, row)


def returns_of(session: Session, claim: Claim) -> list[ClaimReturn]:
    """What goes back by the decision that counts."""
    living = select(ClaimReturn).where(
        ClaimReturn.claim_id == claim.id, ClaimReturn.void_at.is_(None)
    )
    return list(session.scalars(living.order_by(ClaimReturn.id)))


def last_day(session: Session, claim: Claim) -> date | None:
    """The last day of the contract, where this claim ended it."""
    ended = ending.ended_by(session, claim.policy, claim.ref)
    return clock.local_date(ended.effective_at - timedelta(seconds=1)) if ended else None


def _give_back(
    session: Session,
    claim: Claim,
    found: rules.Adjudication,
    row: ClaimDecision,
    returned: Mapping[str, Decimal],
) -> None:
    wanted = {code: amount for code, amount in returned.items() if amount}
    for earlier in returns_of(session, claim):
        if wanted.get(earlier.code) == earlier.amount:
            del wanted[earlier.code]
        else:
            _take_back(session, claim, earlier, row)
    clauses: dict[str, str] = {item.code: item.clause for item in found.returns}
    for code, amount in wanted.items():
        session.add(
            ClaimReturn(
                claim_id=claim.id, decision_id=row.id, code=code, amount=amount,
                clause=clauses[code], at=row.decided_at,
            )
        )  # fmt: skip
    session.flush()
    paying.release(session, claim, row.decided_at)


def _take_back(session: Session, claim: Claim, earlier: ClaimReturn, row: ClaimDecision) -> None:
    """What was not sent falls away; what was paid has to come back from the policyholder."""
    now = row.decided_at
    earlier.void_at = now
    due = session.scalar(select(PayoutDue).where(PayoutDue.key == f"return:{earlier.id}"))
    if due is None:
        return
    if not ordering.is_sent(due):
        ordering.void(session, due, row.decided_by, now)
        return
    holder = policies.transactions_of(session, claim.policy)[-1].content["parties"]["policyholder"]
    session.add(
        ClaimRecovery(
            claim_id=claim.id, from_whom=holder["name"], expected=earlier.amount,
            received=Decimal(0), member_id=row.decided_by, at=now,
        )
    )  # fmt: skip


def _end_contract(
    session: Session, claim: Claim, found: rules.Adjudication, row: ClaimDecision
) -> None:
    """The contract ends with the day of the incident, unless others are insured by it as well."""
    now, policy = row.decided_at, claim.policy
    decided = {str(head.position): head.payable or Decimal(0) for head in claim.heads}
    if rules.ends_by(case.of(session, claim, now), found, decided) and not _others(session, claim):
        if policy.number is None:
            raise Refused(
                _("The insurer has not issued this policy yet; please decide once it has.")
            )
        day = max([clock.local_date(claim.incident_at), *_later(claim)])
        end = clock.local_midnight(day + timedelta(days=1))
        done = ending.terminate(session, policy, end, claim.ref, now)
        kind = "contract-ended"
    else:
        done, kind = ending.take_back(session, policy, claim.ref, now), "contract-goes-on"
    if done:
        actor = timeline.member_or_rules(row.decided_by)
        timeline.note(session, claim, kind, actor, now)
        timeline.prove(session, claim, kind, actor, now, details={"policy": policy.number})


def _later(claim: Claim) -> list[date]:
    facts = [head.facts.get(name) for head in claim.heads if head.payable for name in DAYS]
    return [date.fromisoformat(day) for day in facts if day]


def _others(session: Session, claim: Claim) -> bool:
    changes = policies.transactions_of(session, claim.policy)
    return len(contract.insured_of(changes[-1].content)) > 1


def _recover(session: Session, claim: Claim, found: rules.Adjudication, row: ClaimDecision) -> None:
    """Where the clauses pay and take it back from whoever caused it, that is expected from now on."""
    definition = contract.definition_of(session, claim).claims
    if definition is None or row.decided_by is None or not row.amount:
        return
    codes = {item.code for item in definition.exclusions if item.effect == "recover"}
    causes = [item for item in found.findings if item.code in codes and item.effect == "note"]
    known = select(ClaimRecovery.id).where(ClaimRecovery.claim_id == claim.id).limit(1)
    if not causes or session.scalar(known) is not None:
        return
    under = {head for cause in causes for head in cause.heads}
    paid = (head.payable or Decimal(0) for head in claim.heads if str(head.position) in under)
    expected = sum(paid, Decimal(0)) if under else row.amount
    if not expected:
        return
    session.add(
        ClaimRecovery(
            claim_id=claim.id, from_whom=causes[0].message.in_language(claim.language),
            expected=expected, received=Decimal(0), member_id=row.decided_by, at=row.decided_at,
        )
    )  # fmt: skip
