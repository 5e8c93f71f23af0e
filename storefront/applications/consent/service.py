"""Use cases of consents by link: ask an insured person, open the link, take the answer."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from storefront import clock, crypto, mail
from storefront.accounts.models import Customer
from storefront.accounts.service.links import address_of
from storefront.accumulation import service as accumulation
from storefront.applications import figures, insured
from storefront.applications.consent import rules
from storefront.applications.consent.models import InsuredConsent
from storefront.applications.consent.rules import Standing
from storefront.applications.draft import Draft, open_draft
from storefront.applications.models import Application
from storefront.applications.parties import person_hash
from storefront.errors import NotFound, Refused, TooMany
from storefront.evidence import service as evidence
from storefront.evidence.service import Happening
from storefront.extensions import LANGUAGES
from storefront.identity import mask_name


@dataclass(frozen=True)
class Asked:
    """An insured person who has to agree: its place among the insured, and how that stands."""

    place: int
    person: dict[str, Any]
    standing: Standing
    email: str | None


@dataclass(frozen=True)
class Opened:
    """An open link: the application, who is asked and the row, locked."""

    draft: Draft
    person: dict[str, Any]
    consent: InsuredConsent
    standing: Standing


def people(draft: Draft) -> list[Asked]:
    """Everybody who has to agree by a link of their own, in the order of the insured."""
    return [
        Asked(
            place, draft.insured[place], insured.link_standing(draft, place), _email(draft, place)
        )
        for place in insured.asked_by_link(draft)
    ]


def ask(session: Session, draft: Draft, place: int, email: str | None, now: datetime) -> str:
    """Makes a new link for an insured person and gives its address; earlier ones are void.

    With an e-mail address the link is mailed as well. Raises Refused where the person said no to
    exactly these terms, TooMany where so many links were made lately.
    """
    asked = next((item for item in people(draft) if item.place == place), None)
    if asked is None or asked.standing in ("agreed", "refused"):
        raise Refused
    application = draft.application
    if _made_lately(session, application, now) >= rules.links_per_hour(len(draft.insured)):
        raise TooMany(_("Many links were made within an hour. Please try again in an hour."))
    who = person_hash(asked.person)
    for earlier in application.consents:
        if earlier.person_hash == who and earlier.state == "asked":
            earlier.state = "void"
    token = crypto.new_token()
    consent = InsuredConsent(
        person_hash=who,
        token_hash=crypto.token_hash(token),
        email=email,
        terms_sha256=insured.link_terms(draft, place),
        state="asked",
        attempts=0,
        created_at=now,
        expires_at=now + figures.CONSENT_LIVES,
    )
    application.consents.append(consent)
    session.flush()
    details = {"person": who[:12], "by": "mail" if email else "code"}
    actor = f"customer:{application.customer_id}"
    happening = Happening(application.ref, "consent:asked", actor, details=details)
    _record(session, draft, happening)
    address = address_of("consents.show", token=token)
    if email:
        mail.queue(session, _letter(draft, asked, consent, address), now)
    return address


def open_link(session: Session, token: str, now: datetime) -> Opened:
    """What a link leads to; application and link stay locked. Raises NotFound."""
    found = session.scalar(
        select(InsuredConsent).where(InsuredConsent.token_hash == crypto.token_hash(token))
    )
    if found is None:
        raise NotFound
    application = session.get_one(
        Application, found.application_id, with_for_update=True, populate_existing=True
    )
    session.refresh(found)
    draft = open_draft(session, application, now)
    places = {person_hash(person): place for place, person in enumerate(draft.insured)}
    place = places.get(found.person_hash)
    if place is None or found.state == "void":
        return Opened(draft, {}, found, "changed")
    return Opened(
        draft,
        draft.insured[place],
        found,
        rules.standing([found], insured.link_terms(draft, place), now),
    )


def answer(
    session: Session, opened: Opened, digits: str, *, agree: bool, text: str, language: str
) -> bool:
    """Takes the answer with the exact text it was given to; False where the digits are wrong.

    Raises Refused where the link cannot be answered any more.
    """
    consent, draft = opened.consent, opened.draft
    if opened.standing != "asked" or draft.application.state != "draft":
        raise Refused
    if not rules.knows(opened.person["id_number"], digits):
        consent.attempts += 1
        details = {"attempts": consent.attempts}
        wrong = Happening(
            draft.application.ref, "consent:wrong-digits", _actor(consent), None, details
        )
        _record(session, draft, wrong)
        return False
    consent.state = "agreed" if agree else "refused"
    consent.answered_at = draft.now
    consent.text_sha256 = crypto.sha256(text.encode())
    given = {"language": language, "terms": consent.terms_sha256}
    kind = f"consent:{consent.state}"
    happening = Happening(draft.application.ref, kind, _actor(consent), text, given)
    _record(session, draft, happening)
    mail.queue(session, _news(session, opened), draft.now)
    return True


def forget(session: Session, application: Application, now: datetime) -> None:
    """The application is wiped: whom it asked and what it held for them go as well."""
    session.execute(delete(InsuredConsent).where(InsuredConsent.application_id == application.id))
    accumulation.forget(session, application.id)


def shown(session: Session, opened: Opened, body: str, language: str) -> None:
    """Records the page that the insured person saw."""
    ref, actor = opened.draft.application.ref, _actor(opened.consent)
    happening = Happening(ref, "page:consent-link", actor, body, {"language": language})
    _record(session, opened.draft, happening)


def _record(session: Session, draft: Draft, happening: Happening) -> None:
    retain_until = draft.application.retain_until or clock.local_date(draft.now)
    evidence.record(session, happening, draft.now, retain_until)


def _actor(consent: InsuredConsent) -> str:
    return f"insured:{consent.person_hash[:12]}"


def _email(draft: Draft, place: int) -> str | None:
    who = person_hash(draft.insured[place])
    sent = [item.email for item in draft.application.consents if item.person_hash == who]
    return next((email for email in reversed(sent) if email), None)


def _made_lately(session: Session, application: Application, now: datetime) -> int:
    count = select(func.count()).where(
        InsuredConsent.application_id == application.id,
        InsuredConsent.created_at > now - timedelta(hours=1),
    )
    return session.scalar(count) or 0


def _letter(draft: Draft, asked: Asked, consent: InsuredConsent, address: str) -> mail.Letter:
    language = draft.application.language
    context = {
        "name": asked.person["name"],
        "policyholder": mask_name((draft.policyholder or {})["name"]),
        "product": draft.definition.marketing_name.in_language(language),
        "link": address,
    }
    return mail.Letter(
        key=f"consent:{consent.id}",
        recipient=consent.email or "",
        template="insured_consent",
        language=LANGUAGES[language],
        context=context,
    )


def _news(session: Session, opened: Opened) -> mail.Letter:
    application = opened.draft.application
    return mail.Letter(
        key=f"consent:{opened.consent.id}:answered",
        recipient=session.get_one(Customer, application.customer_id).email,
        template="consent_answered",
        language=LANGUAGES[application.language],
        context={
            "name": opened.person["name"],
            "agreed": opened.consent.state == "agreed",
            "ref": application.ref,
            "link": f"{current_app.extensions['settings'].base_url}/applications/{application.ref}",
        },
    )
