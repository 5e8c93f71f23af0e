"""What a decision does to its application: state, frozen price, offer, work, mail, record."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from storefront import clock
from storefront.applications import figures, journal, limits, rules
from storefront.applications.decisions import history, letters, offers, prices, work
from storefront.applications.decisions.history import Source
from storefront.applications.decisions.models import UnderwritingDecision
from storefront.applications.draft import Draft
from storefront.applications.models import Application
from storefront.underwriting import rules as underwriting
from storefront.underwriting.rules import Decision

Facts = Sequence[Mapping[str, object]]


def of_rules(session: Session, draft: Draft, facts: Facts, cause: str) -> Decision:
    """Lets the rules decide in view of what was decided before, and carries it out."""
    decision = underwriting.decide(draft.definition, facts)
    decision, standing = history.in_view_of(session, draft, facts, decision)
    source = Source(cause)
    if standing is not None:
        source = Source(cause, note=standing.note)
    carry_out(session, draft, facts, decision, source)
    return decision


def carry_out(
    session: Session, draft: Draft, facts: Facts, decision: Decision, source: Source
) -> UnderwritingDecision:
    """Keeps the decision and moves the application to where it leads."""
    application = draft.application
    row = history.append(session, draft, facts, decision, source)
    application.decision = decision.to_json()
    application.decided_at = draft.now
    work.close_all(session, application, source.member_id, draft.now)
    state = underwriting.state_for(decision.outcome)
    if application.state != state:  # an appeal may leave everything as it is
        move(application, state, draft.now)
    _settle(session, draft, decision, row)
    letters.tell(session, draft, row)
    why = {"cause": source.cause, "reasons": source.reasons, "note": source.note}
    journal.decided(session, draft, actor_of(source), why)
    return row


def move(application: Application, state: str, now: datetime) -> None:
    """The next state. Raises rules.ForbiddenTransition."""
    application.state = rules.next_state(application.state, state)
    application.updated_at = now
    limits.follow(application, now)


def payable_until(application: Application, now: datetime) -> datetime:
    """Until when an accepted application can be paid: before cover begins (M-03), or as long as an offer lives."""
    if application.start_date is None:
        raise ValueError(f"application {application.ref} has no first day of cover")
    return min(clock.local_midnight(application.start_date), now + figures.OFFER_LIVES)


def leave(session: Session, application: Application, result: str, now: datetime) -> None:
    """The application goes on without this decision: no offer is open, nobody has to decide."""
    offers.close(session, application, result, now)
    work.close_all(session, application, None, now)


def _settle(session: Session, draft: Draft, decision: Decision, row: UnderwritingDecision) -> None:
    application = draft.application
    if application.state == "counter_offered":
        offers.make(session, draft, decision.terms, row)
        return
    offers.close(session, application, "replaced", draft.now)
    prices.freeze(application, prices.standard(draft))
    if application.state == "referred":
        work.open_referral(session, draft)
    if application.state == "accepted":
        application.expires_at = payable_until(application, draft.now)


def actor_of(source: Source) -> str:
    """Who decided, as the evidence record names people."""
    if not source.by_person:
        return "storefront"
    return f"staff:{source.member_id}" if source.member_id else "staff:command-line"
