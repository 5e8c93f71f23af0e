"""Mails about underwriting: every decision that the customer does not see at once, questions, clocks."""

from typing import Any

from sqlalchemy.orm import Session

from storefront import mail
from storefront.accounts.models import Customer
from storefront.applications.decisions import explaining, offers
from storefront.applications.decisions.models import CounterOffer, UnderwritingDecision
from storefront.applications.draft import Draft
from storefront.pages import moment, money


def tell(session: Session, draft: Draft, row: UnderwritingDecision) -> None:
    """Writes to the customer what was decided, unless the page in front of them says it."""
    application = draft.application
    context = {**explaining.explain(session, draft, row), "appealed": row.cause == "appeal"}
    if application.state == "counter_offered":
        offer = offers.open_offer(session, application)
        if offer is not None:
            _send(session, draft, "underwriting_offer", f"{row.id}", _prices(draft, offer))
    elif application.state in explaining.CLOSED:
        _send(session, draft, "underwriting_refused", f"{row.id}", context)
    elif application.state == "accepted" and row.by_person:
        context["until"] = moment(application.expires_at)
        _send(session, draft, "underwriting_accepted", f"{row.id}", context)


def remind(session: Session, draft: Draft, offer: CounterOffer) -> None:
    """An offer ends soon."""
    _send(session, draft, "underwriting_reminder", f"reminder:{offer.id}", _prices(draft, offer))


def expired(session: Session, draft: Draft, offer: CounterOffer) -> None:
    """An offer has ended without an answer."""
    _send(session, draft, "underwriting_expired", f"expired:{offer.id}", {})


def asked(session: Session, draft: Draft, message_id: int) -> None:
    """An underwriter has a question; it stands on the page only, behind the login."""
    _send(session, draft, "underwriting_question", f"question:{message_id}", {})


def _prices(draft: Draft, offer: CounterOffer) -> dict[str, Any]:
    return {
        "standard": money(offer.standard),
        "premium": money(offer.premium),
        "until": moment(offer.expires_at),
    }


def _send(session: Session, draft: Draft, template: str, key: str, context: dict[str, Any]) -> None:
    application = draft.application
    customer = session.get_one(Customer, application.customer_id)
    letter = mail.Letter(
        key=f"underwriting:{key}",
        recipient=customer.email,
        template=template,
        language=application.language,
        context={
            "ref": application.ref,
            "product": draft.definition.marketing_name.model_dump(),
            **context,
        },
    )
    mail.queue(session, letter, draft.now)
