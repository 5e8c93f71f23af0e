"""Background tasks of counter-offers: a reminder before they end, and their end.

The hourly watch only finds them. Each is a job of its own, so that one that fails holds up no other.
"""

from storefront import clock, jobs
from storefront.applications import service
from storefront.applications.decisions import letters, offers
from storefront.applications.decisions.models import CounterOffer
from storefront.applications.draft import open_draft
from storefront.applications.models import Application
from storefront.db import transaction


@jobs.job("underwriting.watch_offers", cron="15 * * * *")
def watch_offers() -> None:
    """Has everybody reminded once, three days before an offer ends, and ends what was not accepted."""
    now = clock.now()
    with transaction() as session:
        for offer in offers.to_remind_of(session, now):
            jobs.defer(session, remind_of_offer, offer_id=offer.id)
        for offer in offers.due(session, now):
            jobs.defer(session, end_offer, offer_id=offer.id)


@jobs.job("underwriting.remind_of_offer")
def remind_of_offer(offer_id: int) -> None:
    """Reminds of one offer, unless that was done or is no use any more."""
    now = clock.now()
    with transaction() as session:
        offer = session.get_one(CounterOffer, offer_id, with_for_update=True)
        if offer.result is not None or offer.reminded_at is not None or offer.expires_at <= now:
            return
        application = session.get_one(Application, offer.application_id)
        letters.remind(session, open_draft(session, application, now), offer)
        offer.reminded_at = now


@jobs.job("underwriting.end_offer")
def end_offer(offer_id: int) -> None:
    """Ends one offer, under the lock of its application."""
    now = clock.now()
    with transaction() as session:
        known = session.get_one(CounterOffer, offer_id)
        application = service.lock(session, known.application_id)
        offer = session.get_one(CounterOffer, offer_id, populate_existing=True)
        if offer.result is not None:
            return
        service.expire_if_due(session, application, now)
        letters.expired(session, open_draft(session, application, now), offer)
