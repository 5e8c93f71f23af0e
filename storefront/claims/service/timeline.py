"""What every step of a claim leaves behind: an event, evidence, clocks, work for the staff."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from flask import current_app
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.claims import clocks, stages
from storefront.claims.desk.models import ClaimNote
from storefront.claims.models import Claim, ClaimClock, ClaimEvent
from storefront.claims.service.contract import definition_of
from storefront.evidence import service as evidence
from storefront.worklist import service as worklist
from storefront.worklist.service import Work

PERMISSION = "claims.assess"
DESK_FILES = "claim-desk"
"""The kind of owner of files that staff add to a claim."""


def note(
    session: Session,
    claim: Claim,
    kind: str,
    actor: str,
    now: datetime,
    *,
    details: dict[str, Any] | None = None,
    visible: bool = True,
) -> None:
    """Appends to the timeline of a claim."""
    session.add(
        ClaimEvent(
            claim_id=claim.id,
            at=now,
            kind=kind,
            actor=actor,
            details=details or {},
            visible_to_customer=visible,
        )
    )


def prove(
    session: Session,
    claim: Claim,
    kind: str,
    actor: str,
    now: datetime,
    *,
    content: str | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """Writes into the evidence record; the chain of a claim is its reference (E-01)."""
    happening = evidence.Happening(claim.ref, kind, actor, content, details or {})
    evidence.record(session, happening, now, claim.retain_until)
    # The sale is part of the proof: it stays as long as the claim does.
    evidence.prolong(session, claim.policy.application.ref, claim.retain_until, "claim", now)


def retention(claim_contract: date, now: datetime, *, disputed: bool) -> date:
    """Until when a claim is kept (E-03)."""
    settings = current_app.extensions["settings"]
    years = max(int(settings.retention_short_years), int(settings.retention_identity_years))
    more = int(settings.retention_dispute_years) if disputed else 0
    return stages.retain_until(claim_contract, clock.local_date(now), years, more)


def customer(claim: Claim) -> str:
    """The actor that stands for whoever reported a claim."""
    return f"customer:{claim.customer_id}" if claim.customer_id else "reporter"


def member_or_rules(member_id: int | None) -> str:
    """The actor that stands for a member of staff, or for the rules."""
    return f"staff:{member_id}" if member_id else "rules"


def start_clock(session: Session, claim: Claim, kind: str, now: datetime) -> ClaimClock:
    """Starts a clock of a claim; one that still runs goes on."""
    running = _latest(session, claim, kind)
    if running is not None and running.met_at is None:
        return running
    row = _deadline(session, claim, kind)
    started = ClaimClock(
        claim_id=claim.id,
        kind=kind,
        rule=row.rule,
        round=running.round + 1 if running else 1,
        started_at=now,
        due_at=clocks.due_at(row, now),
    )
    session.add(started)
    session.flush()
    return started


def due_at(session: Session, claim: Claim, kind: str, now: datetime) -> datetime:
    """When a clock that started now would end."""
    return clocks.due_at(_deadline(session, claim, kind), now)


def meet(session: Session, claim: Claim, kind: str, now: datetime) -> None:
    """What the clock waited for has happened; a clock that does not run stays as it is."""
    running = _latest(session, claim, kind)
    if running is not None and running.met_at is None:
        running.met_at = now


def is_running(session: Session, claim: Claim, kind: str) -> bool:
    """Whether a clock of this kind runs."""
    running = _latest(session, claim, kind)
    return running is not None and running.met_at is None


def clocks_of(session: Session, claim: Claim) -> list[ClaimClock]:
    """All clocks of a claim, in the order in which they are due."""
    found = select(ClaimClock).where(ClaimClock.claim_id == claim.id)
    return list(session.scalars(found.order_by(ClaimClock.due_at, ClaimClock.id)))


def adjuster(session: Session, claim: Claim) -> str | None:
    """Who looks into a claim, as the desk named them last."""
    return session.scalar(adjuster_of(claim))


def adjuster_of(claim: Claim) -> Select[str]:
    """The query for who looks into a claim."""
    return (
        select(ClaimNote.by_whom)
        .where(ClaimNote.claim_id == claim.id, ClaimNote.kind == "adjuster")
        .order_by(ClaimNote.id.desc())
        .limit(1)
    )


def make_complex(session: Session, claim: Claim, now: datetime) -> None:
    """The claim turns out difficult: the running decision clock gets the longer time (C-02)."""
    claim.complex = True
    running = _latest(session, claim, "decision")
    if running is not None and running.met_at is None:
        row = clocks.deadline("decision", definition_of(session, claim).line, complex_claim=True)
        running.rule, running.due_at = row.rule, clocks.due_at(row, running.started_at)


def ask_staff(
    session: Session,
    claim: Claim,
    kind: str,
    due_at: datetime,
    now: datetime,
    *,
    barred_id: int | None = None,
) -> None:
    """Opens a piece of work about a claim."""
    work = Work(kind, claim.ref, PERMISSION, due_at, worklist.NORMAL, barred_id)
    worklist.open_item(session, work, now)


def staff_done(
    session: Session, claim: Claim, kind: str, member_id: int | None, now: datetime
) -> None:
    """Closes a piece of work about a claim, where one is open."""
    worklist.close_item(session, kind, claim.ref, member_id, now)


def visible(session: Session, claim: Claim) -> list[ClaimEvent]:
    """What the customer may read of a claim's timeline, newest first."""
    found = select(ClaimEvent).where(
        ClaimEvent.claim_id == claim.id, ClaimEvent.visible_to_customer
    )
    return list(session.scalars(found.order_by(ClaimEvent.id.desc()).limit(100)))


def last(session: Session, claim: Claim, kind: str) -> datetime | None:
    """When something of this kind happened last."""
    found = select(func.max(ClaimEvent.at)).where(
        ClaimEvent.claim_id == claim.id, ClaimEvent.kind == kind
    )
    return session.scalar(found)


def happened(session: Session, claim: Claim, kinds: Collection[str]) -> bool:
    """Whether anything of these kinds stands in a claim's timeline."""
    found = select(ClaimEvent.id).where(ClaimEvent.claim_id == claim.id, ClaimEvent.kind.in_(kinds))
    return session.scalar(found.limit(1)) is not None


def _deadline(session: Session, claim: Claim, kind: str) -> clocks.Deadline:
    line = definition_of(session, claim).line
    return clocks.deadline(kind, line, complex_claim=claim.complex)


def _latest(session: Session, claim: Claim, kind: str) -> ClaimClock | None:
    return session.scalar(
        select(ClaimClock)
        .where(ClaimClock.claim_id == claim.id, ClaimClock.kind == kind)
        .order_by(ClaimClock.round.desc())
        .limit(1)
    )


def stop_clocks(session: Session, claim: Claim, now: datetime) -> None:
    """A closed claim has no deadline left; a clock that ran late stays late."""
    running = select(ClaimClock).where(ClaimClock.claim_id == claim.id, ClaimClock.met_at.is_(None))
    for row in session.scalars(running):
        row.met_at = now
