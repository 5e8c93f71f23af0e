"""Background tasks of counter-offers: a reminder before they end, and their end."""

from sqlalchemy.orm import Session

from storefront import clock, jobs
from storefront.applications import service
from storefront.applications.decisions import letters, offers
from storefront.applications.decisions.models import CounterOffer
from storefront.applications.draft import open_draft
from storefront.applications.models import Application
from storefront.db import transaction


@jobs.job("underwriting.watch_offers", cron="15 * * * *")
def watch_offers() -> None:
    """Reminds once, three days before an offer ends; ends what nobody accepted in time."""
    now = clock.now()
    with transaction() as session:
        for offer in offers.to_remind_of(session, now):
            application = session.get_one(Application, offer.application_id)
            letters.remind(session, open_draft(session, application, now), offer)
            offer.reminded_at = now
        overdue = [(offer.id, offer.application_id) for offer in offers.due(session, now)]
    for offer_id, application_id in overdue:
        with transaction() as session:
            _expire(session, offer_id, application_id)


def _expire(session: Session, offer_id: int, application_id: int) -> None:
    """One offer, in a transaction of its own, under the lock of its application."""
    now = clock.now()
    application = service.lock(session, application_id)
    offer = session.get_one(CounterOffer, offer_id, populate_existing=True)
    if offer.result is not None:
        return
    service.expire_if_due(session, application, now)
    letters.expired(session, open_draft(session, application, now), offer)
