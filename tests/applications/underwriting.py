"""Term life with health answers of one's choice, up to the decision and on from there."""

import re
from html import unescape

from flask import current_app
from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.access import Member
from storefront.applications import service, statements
from storefront.applications.decisions import referral
from storefront.applications.decisions.referral import Desk
from storefront.applications.draft import Draft, open_draft
from storefront.applications.views import ALL_STEPS
from storefront.db import transaction
from storefront.mail import Mail
from storefront.roles import permissions_of
from storefront.staff import service as staff
from storefront.underwriting.ruling import Ruling
from tests.applications.conftest import stored
from tests.plans import PLANS, with_step
from tests.visitor import HEALTHY, Visitor

REFERRED = {"p0.diabetes": "yes", "p0.diabetes-insulin": "no"}
LOADED = {"p0.heavy-smoking": "yes"}
EXCLUDED = {"p0.dangerous-sport": "yes"}
DECLINED = {"p0.tumour": "yes"}
POSTPONED = {
    "p0.hypertension": "yes", "p0.systolic-highest": "185", "p0.hypertension-medicine": "yes",
}  # fmt: skip
SHA = re.compile(r'name="text_sha256" value="([0-9a-f]{64})"')
REASON = "Seen with the guide of the insurer, page 12."


def life(buyer: Visitor, health: dict[str, str]) -> str:
    """Applies for term life; gives the reference."""
    product, answers, plan = PLANS["term-life"](clock.local_date(clock.now()))
    return buyer.apply(product, answers, with_step(plan, "health", **health))


def text_hash(session: Session, ref: str, step: str) -> str:
    """The hash that the page of a step would carry, without showing it."""
    kind = {"kind": "company"}
    with current_app.test_request_context(data=kind, method="POST"), force_locale("zh_Hans_CN"):
        draft = open_draft(session, stored(ref), clock.now())
        return statements.page_hash(ALL_STEPS[step].read(session, draft, "zh"))


def drafted(session: Session, ref: str) -> Draft:
    """The application, locked."""
    application = service.lock(session, stored(ref).id)
    return open_draft(session, application, clock.now())


def accept(buyer: Visitor, ref: str, **data: str) -> None:
    """Accepts the open offer on its page."""
    page = buyer.get(f"/applications/{ref}/offer").text
    found = SHA.search(page)
    assert found, buyer.problems()
    buyer.post(
        f"/applications/{ref}/offer", {"text_sha256": unescape(found[1]), "offer": "yes", **data}
    )


def correct(buyer: Visitor, ref: str, **health: str) -> None:
    """Corrects the declaration on its page."""
    buyer.get(f"/applications/{ref}/declaration")
    buyer.save(ref, "declaration", **{**HEALTHY, **health, "health": "yes"})


def underwriter(name: str = "Underwriter", *roles: str) -> Member:
    """A member of the staff who underwrites."""
    with transaction() as session:
        email = f"{name.lower().replace(' ', '-')}@agency.example.com"
        staff.add_member(session, email, name, clock.now())
        row = staff._member(session, email)
        assert row is not None
        return Member(row.id, name, email, permissions_of(["underwriter", *roles]))


def rule(ref: str, ruling: Ruling, member: Member | None = None) -> None:
    """An underwriter decides."""
    with transaction() as session:
        referral.decide(session, drafted(session, ref), Desk(member), ruling)


def mails(session: Session, template: str) -> list[Mail]:
    """Mails of one kind that were queued."""
    return list(session.scalars(select(Mail).where(Mail.template == template).order_by(Mail.id)))
