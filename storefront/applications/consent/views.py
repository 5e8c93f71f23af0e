"""Pages of consents: the insured person's own, and what the policyholder sees while waiting."""

import segno
from flask import Blueprint, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup

from storefront import clock
from storefront.access import customer, public
from storefront.applications import journal, service, texts
from storefront.applications.consent import rules, wording
from storefront.applications.consent import service as consents
from storefront.applications.consent.service import Opened
from storefront.applications.draft import Draft, open_draft
from storefront.applications.forms import RELATIONS
from storefront.catalog.answers import to_int
from storefront.db import db, transaction
from storefront.errors import NotFound, Refused
from storefront.extensions import current_language, limiter
from storefront.pages import main_of

blueprint = Blueprint("consents", __name__)
LOOKS_PER_ADDRESS = "60 per minute"
ANSWERS_PER_ADDRESS = "20 per minute"


@blueprint.get("/consent/<string:token>")
@limiter.limit(LOOKS_PER_ADDRESS)
@public
def show(token: str) -> str | tuple[str, int]:
    """What somebody is asked to agree to; looking at it answers nothing."""
    with transaction() as session:
        return _page(token, consents.open_link(session, token, clock.now()), [])


@blueprint.post("/consent/<string:token>")
@limiter.limit(ANSWERS_PER_ADDRESS)
@public
def answer(token: str) -> str | tuple[str, int]:
    """Takes the answer, once; the digits say that it is the insured person who gives it."""
    choice, language = request.form.get("answer"), current_language()
    with transaction() as session:
        opened = consents.open_link(session, token, clock.now())
        if opened.standing != "asked" or opened.draft.application.state != "draft":
            return _page(token, opened, [])
        text = wording.markdown(opened.draft, _place(opened), language)
        if request.form.get("text_sha256") != journal.fingerprint(text):
            return _page(token, opened, [("answer", _("Please read the text and answer again."))])
        if choice not in ("agree", "refuse"):
            return _page(token, opened, [("answer", _("Please agree or refuse."))])
        known = consents.answer(
            session,
            opened,
            request.form.get("digits", ""),
            agree=choice == "agree",
            text=text,
            language=language,
        )
        again = consents.open_link(session, token, clock.now())
        if known:
            return _page(token, again, [])
        left = rules.MOST_ATTEMPTS - opened.consent.attempts
        wrong = _(
            "These are not the last four characters of the identity number given in the application. %(left)s attempts are left.",
            left=left,
        )
        return _page(token, again, [("digits", wrong)])


@blueprint.post("/applications/<string:ref>/consent/code")
@customer
def code(ref: str) -> str:
    """A new link as a code to scan on the insured person's phone; shown this once."""
    now = clock.now()
    _action, _colon, argument = request.form.get("action", "").partition(":")
    with transaction() as session:
        application = service.lock(session, service.get_own(session, ref, current_user.id).id)
        draft = open_draft(session, application, now)
        place = to_int(argument)
        if place is None or application.state != "draft" or not draft.may_open("consent"):
            raise Refused(_("There is nobody to ask at present."))
        address = consents.ask(session, draft, place, None, now)
        picture = segno.make(address, error="m").svg_inline(
            scale=6, border=3, svgclass="qr-code", lineclass=None, dark="#000", light="#fff"
        )
        page = render_template(
            "applications/consent_code.html",
            draft=draft,
            person=draft.insured[place],
            place=place,
            address=address,
            picture=Markup(picture),  # noqa: S704 - drawn by segno from an address of our own
        )
        # Whoever has the link can answer: the record says that it was shown, but not which it is.
        body = main_of(page).replace(picture, "").replace(address.rpartition("/")[2], "…")
        title = _("Code for %(name)s", name=draft.insured[place]["name"])
        journal.page_shown(session, draft, "code", body, current_language(), title=title)
        return page


@blueprint.get("/applications/<string:ref>/consent/state")
@customer
def state(ref: str) -> str:
    """Who has answered, for the page that waits: a part of a page."""
    application = service.get_own(db.session, ref, current_user.id)
    draft = open_draft(db.session, application, clock.now())
    if application.state != "draft":
        raise NotFound
    return render_template(
        "applications/_consents.html", **states(draft), draft=draft, error_of={}, typed={}
    )


def states(draft: Draft) -> dict[str, object]:
    """What the list of people who have to agree is drawn from."""
    people = consents.people(draft)
    return {
        "people": people,
        "relations": RELATIONS,
        "waiting": any(item.standing == "asked" for item in people),
        "all_agreed": all(item.standing == "agreed" for item in people),
    }


def _place(opened: Opened) -> int:
    return opened.draft.insured.index(opened.person)


def _page(token: str, opened: Opened, errors: list[tuple[str, str]]) -> str | tuple[str, int]:
    language = current_language()
    usable = opened.standing == "asked" and opened.draft.application.state == "draft"
    text = wording.markdown(opened.draft, _place(opened), language) if opened.person else ""
    body = render_template(
        "applications/_consent_body.html",
        text_html=Markup(texts.html(text)),  # noqa: S704 - Markdown without raw HTML
        text_sha256=journal.fingerprint(text),
        standing=opened.standing if usable or opened.standing != "asked" else "changed",
        errors=errors,
        error_of=dict(errors),
    )
    consents.shown(db.session, opened, body, language)
    page = render_template(
        "applications/consent.html",
        body=Markup(body),  # noqa: S704 - made by an escaping template
        token=token,
        usable=usable,
        errors=errors,
    )
    return (page, 422) if errors else page
