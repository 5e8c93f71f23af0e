"""The customer accepts a counter-offer, by confirming its exact text (S-02)."""

from sqlalchemy.orm import Session

from storefront import clock
from storefront.applications import journal, rules, service
from storefront.applications.decisions import offers, outcome
from storefront.applications.draft import Draft
from storefront.errors import Conflict

CONFIRMATION = "offer"


class StartPassed(Conflict):
    """Cover was to begin before now; a new first day has to be chosen before anything is accepted."""


class DiligenceDue(Conflict):
    """At the premium of the offer more has to be asked first (S-11); the application is a draft again."""


class OtherText(Conflict):
    """What was confirmed is not what is offered now."""


def accept(session: Session, draft: Draft, text: str, seen_sha256: str, language: str) -> None:
    """Accepts the open offer of a locked application.

    `text` is the offer as it stands, `seen_sha256` the hash of the text on the page that was confirmed.

    Raises:
        Conflict: there is no open offer any more.
        OtherText: the page showed other terms, another price, or was never shown.
        StartPassed: the first day of cover is not in the future (M-03).
        DiligenceDue: a large premium asks for more than the standard one did (S-11).
    """
    application = draft.application
    offer = offers.open_offer(session, application)
    if offer is None or application.state != "counter_offered" or offer.expires_at <= draft.now:
        raise Conflict
    fingerprint = journal.fingerprint(text)
    if fingerprint != seen_sha256 or not journal.was_shown(
        session, draft, CONFIRMATION, fingerprint
    ):
        raise OtherText
    if start_passed(draft):
        raise StartPassed
    if not diligence_done(draft):
        raise DiligenceDue
    offer.text_sha256 = fingerprint
    service.confirm(session, draft, CONFIRMATION, fingerprint, language)
    journal.confirmed(session, draft, CONFIRMATION, text, language)
    offers.close(session, application, "accepted", draft.now)
    outcome.move(application, "accepted", draft.now)
    application.expires_at = outcome.payable_until(application, draft.now)


def diligence_done(draft: Draft) -> bool:
    """Whether everything is answered and attached that the premium of the offer asks for."""
    steps = [step for step in ("diligence", "documents") if step in draft.steps]
    return all(rules.done(draft.definition, draft.facts, step) for step in steps)


def start_passed(draft: Draft) -> bool:
    """Whether the chosen first day is today or past, so that nothing can be paid for it any more."""
    start = draft.application.start_date
    return start is None or clock.local_midnight(start) <= draft.now
