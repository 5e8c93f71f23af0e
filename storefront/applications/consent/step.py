"""The step at which insured persons agree through a link of their own (S-05, S-07)."""

from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session

from storefront.accounts.rules import normalise_email
from storefront.applications import journal, parties, step_insured, texts
from storefront.applications.consent import service as consents
from storefront.applications.consent.views import states
from storefront.applications.draft import Draft
from storefront.applications.steps import Context, Step, StepInvalid, Typed, pressed
from storefront.errors import TooMany


def show(session: Session, draft: Draft, language: str) -> Context:
    """Everybody who has to agree, with how it stands."""
    return states(draft)


def save(session: Session, draft: Draft, typed: Typed, language: str) -> str:
    """Sends a link, takes somebody off the application, or goes on once everybody agreed."""
    action, place = pressed(typed)
    asked = next((item for item in consents.people(draft) if item.place == place), None)
    if action == "send" and asked is not None and asked.standing not in ("agreed", "refused"):
        email = _email(typed.get(f"email-{place}", ""), asked.place)
        try:
            consents.ask(session, draft, asked.place, email, draft.now)
        except TooMany as too_many:
            raise StepInvalid([(f"email-{place}", too_many.message)]) from too_many
        journal.answered(session, draft, "consent", {"person": asked.place, "email": email})
        return "consent"
    if action == "remove" and asked is not None:
        return step_insured.store(session, draft, parties.without(draft.insured, asked.place))
    if not draft.facts.links_given:
        raise StepInvalid([("consents", texts.fault("links-missing"))])
    return draft.after("consent")


def _email(text: str, place: int) -> str:
    try:
        email = normalise_email(text)
    except ValueError:
        fault = _("Please enter an e-mail address, for example name@example.com.")
        raise StepInvalid([(f"email-{place}", fault)]) from None
    if email == current_user.email:
        fault = _(
            "This is your own address. Please enter that of the insured person, or show the code to be scanned with that person's phone."
        )
        raise StepInvalid([(f"email-{place}", fault)])
    return email


STEP = Step(show, save)
