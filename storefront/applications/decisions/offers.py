"""Counter-offers: made with a decision, open until accepted, withdrawn, expired or replaced."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.applications import figures
from storefront.applications.decisions import prices
from storefront.applications.decisions.models import CounterOffer, UnderwritingDecision
from storefront.applications.draft import Draft
from storefront.applications.models import Application
from storefront.quotes.service import lines_json
from storefront.underwriting.terms import Terms

REMINDER_BEFORE = timedelta(days=3)


def make(
    session: Session, draft: Draft, terms: tuple[Terms, ...], decision: UnderwritingDecision
) -> CounterOffer:
    """Offers other terms, whose price is the one to be paid (M-03); an open offer is replaced."""
    close(session, draft.application, "replaced", draft.now)
    priced = prices.on_terms(draft, terms)
    prices.freeze(draft.application, priced)
    offer = CounterOffer(
        application_id=draft.application.id,
        decision_id=decision.id,
        terms=[item.to_json() for item in terms],
        standard=prices.standard(draft).total,
        premium=priced.total,
        unrounded=priced.unrounded,
        lines=lines_json(priced),
        created_at=draft.now,
        expires_at=draft.now + figures.OFFER_LIVES,
    )
    session.add(offer)
    session.flush()
    draft.application.expires_at = offer.expires_at
    return offer


def open_offer(session: Session, application: Application) -> CounterOffer | None:
    """The offer that the customer may accept."""
    return session.scalar(
        select(CounterOffer).where(
            CounterOffer.application_id == application.id, CounterOffer.result.is_(None)
        )
    )


def close(session: Session, application: Application, result: str, now: datetime) -> None:
    """Ends the open offer, where there is one."""
    offer = open_offer(session, application)
    if offer is not None:
        offer.result, offer.closed_at = result, now
        session.flush()


def due(session: Session, now: datetime) -> list[CounterOffer]:
    """Open offers whose time is over."""
    found = select(CounterOffer).where(
        CounterOffer.result.is_(None), CounterOffer.expires_at <= now
    )
    return list(session.scalars(found.order_by(CounterOffer.id)))


def to_remind_of(session: Session, now: datetime) -> list[CounterOffer]:
    """Open offers that end soon and of which nobody was reminded yet."""
    found = select(CounterOffer).where(
        CounterOffer.result.is_(None),
        CounterOffer.reminded_at.is_(None),
        CounterOffer.expires_at > now,
        CounterOffer.expires_at <= now + REMINDER_BEFORE,
    )
    return list(session.scalars(found.order_by(CounterOffer.id)))


def terms_of(offer: CounterOffer) -> tuple[Terms, ...]:
    """The terms that are offered, of each insured person."""
    return tuple(Terms.from_json(item) for item in offer.terms)
