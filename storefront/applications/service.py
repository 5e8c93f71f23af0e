"""Use cases of applications: begin, change step by step, submit, accept, withdraw."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.advice import service as assessments
from storefront.advice.models import SuitabilityRecord
from storefront.applications import figures, journal, limits, parties, rules
from storefront.applications.decisions import outcome
from storefront.applications.decisions.outcome import move as _move
from storefront.applications.diligence import due
from storefront.applications.draft import Draft, open_draft
from storefront.applications.models import Application, Confirmation
from storefront.applications.risk import facts_of
from storefront.catalog import answers as catalog_answers
from storefront.catalog import service as catalog
from storefront.crypto import is_reference, new_reference
from storefront.errors import Conflict, NotFound, Refused
from storefront.quotes import rules as quote_rules
from storefront.quotes.models import Quote
from storefront.quotes.service import lines_json
from storefront.underwriting import rules as underwriting


class StaleForm(Conflict):
    """The application changed since the form was opened, for example in another tab."""


class PriceChanged(Conflict):
    """The premium differs from the one on the page that was confirmed."""


def begin(
    session: Session, quote: Quote, customer_id: int, language: str, now: datetime
) -> Application:
    """A draft application from a priced quote; pressing twice gives the same one."""
    session.refresh(quote, with_for_update=True)
    known = session.scalar(
        select(Application).where(
            Application.quote_id == quote.id,
            Application.customer_id == customer_id,
            Application.state == "draft",
        )
    )
    if known is not None:
        return known
    state = quote_rules.state_at(quote.state, quote.expires_at, now)
    if not quote_rules.may_become(state, "applied"):
        raise Refused
    bundle = catalog.get(session, quote.product_code, quote.product_version)
    start = quote.answers.get(bundle.definition.start.key or "")
    application = Application(
        ref=new_reference("A"),
        customer_id=customer_id,
        quote_id=quote.id,
        product_code=quote.product_code,
        product_version=quote.product_version,
        state="draft",
        language=language,
        revision=1,
        answers=dict(quote.answers),
        start_date=date.fromisoformat(start) if start else None,
        parties={"persons": quote.persons},
        declaration=[],
        premium=quote.premium,
        unrounded=quote.unrounded,
        currency="CNY",
        lines=list(quote.lines),
        person_premiums=[],
        created_at=now,
        updated_at=now,
        expires_at=now + figures.DRAFT_LIVES,
        retain_until=_kept_until(now),
    )
    quote.state = "applied"
    session.add(application)
    session.flush()
    journal.begun(session, Draft(application, bundle, now), quote.ref)
    return application


def get_own(session: Session, ref: str, customer_id: int) -> Application:
    """A customer's own application. Raises NotFound, also for somebody else's."""
    application = None
    if is_reference(ref, "A"):
        application = session.scalar(
            select(Application).where(
                Application.ref == ref, Application.customer_id == customer_id
            )
        )
    if application is None:
        raise NotFound
    return application


def by_ref(session: Session, ref: str) -> Application:
    """Any application, for staff. Raises NotFound."""
    found = session.scalar(select(Application).where(Application.ref == ref))
    if found is None:
        raise NotFound
    return found


def own(session: Session, customer_id: int) -> list[Application]:
    """A customer's applications, newest first."""
    found = select(Application).where(Application.customer_id == customer_id)
    return list(session.scalars(found.order_by(Application.id.desc()).limit(100)))


def lock(session: Session, application_id: int) -> Application:
    """The row locked until the transaction ends, as it stands in the database now."""
    return session.get_one(
        Application, application_id, with_for_update=True, populate_existing=True
    )


def lock_draft(session: Session, ref: str, customer_id: int, revision: int, now: datetime) -> Draft:
    """The draft locked for a change. Raises StaleForm when the form was filled in from an older one."""
    application = lock(session, get_own(session, ref, customer_id).id)
    expire_if_due(session, application, now)
    if application.state != "draft" or application.revision != revision:
        raise StaleForm
    return open_draft(session, application, now)


def changed(draft: Draft) -> Draft:
    """Counts a change, prices the draft anew and gives it back freshly judged."""
    application = draft.application
    application.revision += 1
    application.updated_at = draft.now
    application.expires_at = draft.now + figures.DRAFT_LIVES
    fresh = Draft(application, draft.bundle, draft.now)
    priced = fresh.priced
    if priced is not None:
        application.premium, application.unrounded = priced.total, priced.unrounded
        application.lines = lines_json(priced)
    return fresh


def set_cover(draft: Draft, answers: Mapping[str, object], start: date) -> Draft:
    """New answers and first day of cover."""
    ordered = parties.in_order(draft.definition, answers, draft.insured)
    draft.application.answers = catalog_answers.dump(ordered)
    draft.application.start_date = start
    return changed(draft)


def set_party(draft: Draft, key: str, value: Any) -> Draft:
    """One part of the parties: policyholder, insured, beneficiaries or object."""
    draft.application.parties = {**draft.application.parties, key: value}
    return changed(draft)


def set_insured(draft: Draft, people: list[dict[str, Any]]) -> Draft:
    """The insured persons; answers that each gave for itself follow their order."""
    ordered = parties.in_order(draft.definition, draft.answers, people)
    draft.application.answers = catalog_answers.dump(ordered)
    return set_party(draft, "insured", people)


def set_suitability(draft: Draft, record: SuitabilityRecord) -> Draft:
    """The assessment behind the application; one made before the login becomes the customer's."""
    assessments.adopt(record, draft.application.customer_id)
    draft.application.suitability = record
    return changed(draft)


def set_policyholder(session: Session, draft: Draft, holder: dict[str, Any]) -> Draft:
    """The policyholder. Where it is somebody else now, whoever was insured as `self` is that person.

    All others stood in a relation to the earlier one: they are named anew, and what was stated for
    them falls (S-04).
    """
    listed = parties.after_policyholder(draft.policyholder, holder, draft.insured)
    if len(listed) < len(draft.insured):
        for kind in rules.INSURED_STATEMENTS:
            withdraw_confirmation(session, draft, kind)
    draft.application.parties = {
        **draft.application.parties,
        "policyholder": holder,
        "insured": listed,
    }
    draft.application.policyholder_hash = parties.holder_hash(holder)
    return changed(draft)


def set_declaration(draft: Draft, per_person: list[dict[str, Any]]) -> Draft:
    """The health answers of every insured person, bound to the identity they were given for."""
    draft.application.declaration = [
        {"id_number": person["id_number"], "answers": answers}
        for person, answers in zip(draft.insured, per_person, strict=True)
    ]
    return changed(draft)


def confirm(session: Session, draft: Draft, kind: str, text_sha256: str, language: str) -> None:
    """Stores that the customer confirmed one text; confirming again replaces the earlier one."""
    withdraw_confirmation(session, draft, kind)
    session.flush()
    draft.application.confirmations.append(
        Confirmation(kind=kind, text_sha256=text_sha256, language=language, confirmed_at=draft.now)
    )


def withdraw_confirmation(session: Session, draft: Draft, kind: str) -> None:
    """Takes a confirmation back because what it was about has changed."""
    for item in [item for item in draft.application.confirmations if item.kind == kind]:
        draft.application.confirmations.remove(item)
        session.delete(item)


def submit(
    session: Session, draft: Draft, shown_premium: str, language: str
) -> underwriting.Decision:
    """Prices once more (M-03), lets underwriting decide, freezes price and decision.

    Where it leads to other terms, the price that is frozen is theirs.

    Raises:
        Refused: a step is not done, or the product version is no longer sold (P-07).
        PriceChanged: the premium is not the one on the confirmed page; nothing is submitted.
        limits.LimitExceeded: somebody would be insured for too much, over all policies (S-06).
    """
    application = draft.application
    due.lock(session, application)
    # Judged again under the lock: premiums of the policyholder may have been added meanwhile (S-11).
    draft = Draft(application, draft.bundle, draft.now)
    if draft.first_open != "summary" or draft.priced is None:
        raise Refused(
            _("Something before this step is missing by now. Please open the application again.")
        )
    if not catalog.is_sellable(
        session, application.product_code, application.product_version, draft.now
    ):
        raise Refused(
            _(
                "This version of the product is no longer sold. Please calculate again with the present one."
            )
        )
    if str(draft.priced.total) != shown_premium:
        changed(draft)
        raise PriceChanged
    limits.reserve(session, draft)
    application.language = language
    _move(application, "submitted", draft.now)
    application.submitted_at = draft.now
    if application.suitability and (period := period_of(draft)):
        assessments.keep_for(application.suitability, clock.local_date(period[1]))
    return outcome.of_rules(session, draft, facts_of(draft), "submission")


def period_of(draft: Draft) -> tuple[datetime, datetime] | None:
    """First and last moment of cover as chosen; None before a first day is chosen."""
    start = draft.application.start_date
    return rules.period(draft.definition, draft.answers, start) if start else None


def payable(application: Application, now: datetime) -> bool:
    """Whether the premium may be paid now: accepted, and cover has not begun yet (M-03)."""
    return application.state == "accepted" and now < application.expires_at


def reopen(session: Session, application: Application, now: datetime) -> None:
    """Back to the draft, to change something before paying; all confirmations stay."""
    outcome.leave(session, application, "replaced", now)
    _move(application, "draft", now)
    application.revision += 1
    application.decision = None
    application.expires_at = now + figures.DRAFT_LIVES


def withdraw(session: Session, application: Application, now: datetime) -> None:
    """The customer, or a refusal of the insurer, ends the application."""
    outcome.leave(session, application, "withdrawn", now)
    _move(application, "withdrawn", now)


def mark_paid(session: Session, application: Application, now: datetime) -> None:
    """The premium has been received for an accepted application."""
    _move(application, "paid", now)


def expire_if_due(session: Session, application: Application, now: datetime) -> None:
    """Ends a draft that nobody touched for 30 days, and an offer nobody accepted within 15."""
    if application.state in ("draft", "counter_offered") and now >= application.expires_at:
        outcome.leave(session, application, "expired", now)
        _move(application, "expired", now)


def _kept_until(now: datetime) -> date:
    """As long as a short contract's records (E-03); a policy prolongs it."""
    years = int(current_app.extensions["settings"].retention_short_years)
    return clock.add_years(clock.local_date(now), years)
