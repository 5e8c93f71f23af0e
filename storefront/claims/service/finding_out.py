"""What an adjuster finds out: facts of the incident and of each head, by which a claim is computed anew."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from pydantic import ValidationError
from sqlalchemy.orm import Session

from storefront.audit import service as audit
from storefront.audit.service import Deed
from storefront.claims import rules
from storefront.claims.models import Claim, ClaimHead
from storefront.claims.service import adjudicating, case, contract, members, people, timeline
from storefront.claims.service.heads import paid_elsewhere, set_reserve
from storefront.claims.service.people import Who
from storefront.errors import Conflict, NotFound, Refused

COLUMNS = ("claimed",)
"""Facts of a head that stand in columns of their own."""

NOTHING_ELSEWHERE = {"paid_by_social": "0", "paid_by_others": "0"}
"""The facts of a head that the desk adds: its amounts are the desk's, so the customer owes none."""


@dataclass(frozen=True)
class Found:
    """Facts by the names of `rules.Incident`, and of `rules.Loss` by the position of the head.

    Values are JSON; None takes a fact back.
    """

    incident: Mapping[str, Any] = field(default_factory=dict)
    heads: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)


def find_out(
    session: Session, claim: Claim, found: Found, member_id: int, now: datetime
) -> rules.Adjudication:
    """Keeps what was found out and computes the claim again.

    Policy and claim must be locked. Raises Conflict outside of the assessment, Refused for facts that
    the rules do not know or that make no sense.
    """
    _must_be_assessed(claim)
    members.must_not_have_decided(session, claim, member_id)
    heads = {head.position: head for head in claim.heads}
    if not set(found.heads) <= set(heads):
        raise Refused(_("This claim has no such head of loss."))
    before = claim.circumstances.get("facts", {})
    facts = _merged(before, found.incident)
    changed = {"incident": _changed(before, facts)}
    for position, changes in found.heads.items():
        changed[str(position)] = _change(heads[position], changes)
    known = claim.circumstances.get("found", {})
    known = {**known, **{at: sorted({*known.get(at, ()), *changed[at]}) for at in changed}}
    claim.circumstances = {**claim.circumstances, "facts": facts, "found": known}
    _check(session, claim, now)
    _leave_trace(session, claim, found, member_id, now)
    return adjudicating.assess(session, claim, member_id, now)[1]


def add_head(
    session: Session,
    claim: Claim,
    cover: str,
    member_id: int,
    now: datetime,
    *,
    who: Who | None = None,
) -> ClaimHead:
    """A further head of loss: another cover of the same event, or another person hurt (`who`).

    Policy and claim must be locked. Raises Conflict outside of the assessment, Refused for a cover that
    no claim type of the product knows, or that the claim has for this person.
    """
    _must_be_assessed(claim)
    members.must_not_have_decided(session, claim, member_id)
    types = contract.definition_of(session, claim).claim_types
    if not any(cover in claim_type.benefit.covers for claim_type in types):
        raise Refused(_("This product has no such cover."))
    head = ClaimHead(
        claim_id=claim.id,
        position=max(head.position for head in claim.heads) + 1,
        cover=cover,
        person=claim.hurt["index"],
        named=None,
        claimed=Decimal(0),
        paid_elsewhere=Decimal(0),
        facts=dict(NOTHING_ELSEWHERE),
        figures=None,
        payable=None,
        reserve=Decimal(0),
    )
    if who is not None:
        people.give(claim, head, who)
    if any(_same(claim, head, there) for there in claim.heads):
        raise Refused(_("The claim has this head of loss for this person already."))
    session.add(head)
    session.flush()
    set_reserve(session, head, Decimal(0), "added", member_id=member_id, now=now)
    session.refresh(claim, ["heads"])
    actor = timeline.member_or_rules(member_id)
    details = {"position": head.position, "cover": cover}
    timeline.note(session, claim, "head-added", actor, now, details=details, visible=False)
    audit.record(
        session, member_id, Deed("claims.add-head", "claim", claim.ref, after=details), now
    )
    return head


def correct_person(
    session: Session, claim: Claim, position: int, who: Who, *, member_id: int, now: datetime
) -> None:
    """A head is about somebody else, or a name was misspelt: limits for one person hang on it.

    Policy and claim must be locked. Raises Conflict outside of the assessment, Forbidden for who decided
    what was objected to, NotFound for a head that is not there, Refused where the claim has the same
    head for this person.
    """
    _must_be_assessed(claim)
    members.must_not_have_decided(session, claim, member_id)
    head = next((row for row in claim.heads if row.position == position), None)
    if head is None:
        raise NotFound
    people.give(claim, head, who)
    if any(_same(claim, head, there) for there in claim.heads if there is not head):
        raise Refused(_("The claim has this head of loss for this person already."))
    _leave_trace(session, claim, Found(heads={position: {"person": ""}}), member_id, now)
    adjudicating.assess(session, claim, member_id, now)


def _same(claim: Claim, head: ClaimHead, other: ClaimHead) -> bool:
    return (head.cover, people.of(claim, head)) == (other.cover, people.of(claim, other))


def _must_be_assessed(claim: Claim) -> None:
    if claim.stage != "assessment" or claim.decision != "pending":
        raise Conflict(_("This claim is not being assessed."))


def _merged(facts: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    together = {**facts, **changes}
    return {key: value for key, value in together.items() if value is not None}


def _change(head: ClaimHead, changes: Mapping[str, Any]) -> set[str]:
    """Changes the facts of a head; gives the names of those that are other ones now."""
    before = head.facts
    head.facts = _merged(before, {k: v for k, v in changes.items() if k not in COLUMNS})
    if changes.get("claimed") is not None:
        head.claimed = Decimal(str(changes["claimed"]))
    head.paid_elsewhere = paid_elsewhere(head.facts)
    return _changed(before, head.facts)


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> set[str]:
    return {name for name, value in after.items() if before.get(name) != value}


def _check(session: Session, claim: Claim, now: datetime) -> None:
    """Whether the rules can read the case as it stands now."""
    try:
        with session.no_autoflush:
            checked = case.of(session, claim, now)
    except ValidationError as error:
        names = ", ".join(".".join(map(str, fault["loc"])) for fault in error.errors())
        raise Refused(_("These facts make no sense: %(names)s.", names=names)) from error
    unknown = sorted(rules.unknown(checked))
    if unknown:
        names = ", ".join(unknown)
        raise Refused(_("The contract knows nothing of this: %(names)s.", names=names))


def _leave_trace(
    session: Session, claim: Claim, found: Found, member_id: int, now: datetime
) -> None:
    """Names of what was found out; the facts themselves stay with the claim, encrypted."""
    names = sorted(found.incident)
    names += [f"{place}.{name}" for place, facts in found.heads.items() for name in sorted(facts)]
    actor = timeline.member_or_rules(member_id)
    timeline.note(session, claim, "found-out", actor, now, details={"facts": names}, visible=False)
    deed = Deed("claims.find-out", "claim", claim.ref, after={"facts": names})
    audit.record(session, member_id, deed, now)
