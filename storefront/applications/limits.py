"""What an application insures each person for, against the limits of law and product (S-06)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session, object_session

from storefront import clock
from storefront.accumulation import service as accumulation
from storefront.accumulation.rules import DEATH, Excess, Wanted
from storefront.applications import parties, rules
from storefront.applications.draft import Draft, open_draft
from storefront.applications.models import Application
from storefront.catalog.facts import ACCUMULATED, ACCUMULATED_HERE
from storefront.pages import money
from storefront.worklist import service as worklist
from storefront.worklist.service import URGENT, Work

OVER_LIMIT = "underwriting.over-limit"
LOOK_WITHIN = timedelta(days=1)


class LimitExceeded(Exception):
    """Somebody would be insured for more than is allowed; `sentences` say who, and what is left."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__(sentences)
        self.sentences = sentences


Period = tuple[datetime, datetime]


def wanted(draft: Draft, period: Period | None = None) -> list[Wanted]:
    """What the draft would insure each person for; nothing before a first day of cover is chosen.

    `period` is that of the contract, where cover begins at another time than was applied for.
    """
    start = draft.application.start_date
    if start is None or not draft.insured:
        return []
    begins_at, ends_at = period or rules.period(draft.definition, draft.answers, start)
    first_day = clock.local_date(begins_at)
    return [
        Wanted(parties.person_hash(person), kind, amount, begins_at, ends_at, limit, elsewhere)
        for answers, person in zip(draft.people_answers, draft.insured, strict=False)
        for kind, amount, limit, elsewhere in rules.accumulated(
            draft.definition, answers, person, parties.age_of(person, first_day)
        )
    ]


def lock(session: Session, draft: Draft) -> None:
    """Holds everybody else who applies for the same people until the transaction ends."""
    accumulation.lock(session, [parties.person_hash(person) for person in draft.insured])


def facts(session: Session, draft: Draft) -> list[dict[str, object]]:
    """What each insured person is insured for with this application, as underwriting reads it.

    `accumulated.death` is what all policies and open applications pay on death, with what is declared
    elsewhere; `accumulated-here.<cover>` what this product has under a cover that it limits.
    """
    found: dict[str, dict[str, object]] = {
        parties.person_hash(person): {} for person in draft.insured
    }
    for item in wanted(draft):
        product, _colon, cover = item.kind.partition(":")
        key = f"{ACCUMULATED_HERE}{cover}" if cover else f"{ACCUMULATED}{product}"
        found[item.person_hash][key] = accumulation.total(
            session, item, draft.application.id, draft.now
        )
    return [found[parties.person_hash(person)] for person in draft.insured]


def reserve(session: Session, draft: Draft) -> None:
    """Reserves all of it until the application ends. Raises LimitExceeded; then nothing is reserved."""
    items = wanted(draft)
    lock(session, draft)
    found = accumulation.reserve(session, items, draft.application.id, draft.now)
    if found:
        raise LimitExceeded(_sentences(draft, found))


def reserve_again(session: Session, application: Application, now: datetime) -> None:
    """Before it is paid: what was reserved still fits. Raises LimitExceeded."""
    reserve(session, open_draft(session, application, now))


def begin(
    session: Session,
    application: Application,
    begins_at: datetime,
    ends_at: datetime,
    now: datetime,
) -> None:
    """The policy has begun, perhaps later than it was applied for: its amounts are in force.

    The premium is received, so nothing is refused any more; where the later time does not fit, an
    underwriter is told.
    """
    draft = open_draft(session, application, now)
    items = wanted(draft, (begins_at, ends_at))
    lock(session, draft)
    accumulation.begin(session, application.id, begins_at, ends_at)
    if accumulation.excesses(session, items, application.id, now):
        work = Work(OVER_LIMIT, application.ref, "underwriting", now + LOOK_WITHIN, URGENT)
        worklist.open_item(session, work, now)


def over(session: Session, draft: Draft) -> list[tuple[str, Excess]]:
    """Who is insured above a limit by the policy in force, and what was left for that person."""
    period = accumulation.period_of(session, draft.application.id)
    if period is None:
        return []
    items = wanted(draft, period)
    found = accumulation.excesses(session, items, draft.application.id, draft.now)
    by_item = {id(excess.wanted): excess for excess in found}
    return [
        (person["name"], by_item[id(item)])
        for person, item in _by_person(draft, [excess.wanted for excess in found])
    ]


def follow(application: Application, now: datetime) -> None:
    """Lets go what an application reserved, once its state says that it insures nobody."""
    session = object_session(application)
    if session is not None and application.state in rules.HOLDS_NOTHING:
        accumulation.release(session, application.id, now)


def check(session: Session, draft: Draft) -> list[str]:
    """What does not fit as it stands now, in sentences. Nothing is reserved by asking."""
    found = accumulation.excesses(session, wanted(draft), draft.application.id, draft.now)
    return _sentences(draft, found)


def left(session: Session, draft: Draft) -> Iterator[tuple[str, str]]:
    """For each person limited by law: its identity number and what can still be insured, in words."""
    for person, item in _by_person(draft, wanted(draft)):
        found = accumulation.left_for(session, item, draft.application.id, draft.now)
        if item.kind == DEATH and found is not None:
            words = _("Death cover left by law: %(amount)s", amount=money(found.left))
            yield person["id_number"], words


def _sentences(draft: Draft, excesses: list[Excess]) -> list[str]:
    items = {id(excess.wanted): excess for excess in excesses}
    return [
        _sentence(person["name"], items[id(item)])
        for person, item in _by_person(draft, [excess.wanted for excess in excesses])
    ]


def _by_person(draft: Draft, items: list[Wanted]) -> Iterator[tuple[dict[str, Any], Wanted]]:
    people = {parties.person_hash(person): person for person in draft.insured}
    return ((people[item.person_hash], item) for item in items)


def _sentence(name: str, excess: Excess) -> str:
    values = {
        "name": name,
        "limit": money(excess.wanted.limit or excess.left),
        "left": money(excess.left),
    }
    if excess.wanted.kind == DEATH:
        return _(
            "By law, death may pay at most %(limit)s for %(name)s at this age, over all policies. Counting policies and applications here and the cover declared elsewhere, %(left)s is left. Please lower the sum insured in the step “Cover”.",
            **values,
        )
    return _(
        "%(name)s can be insured for at most %(limit)s under this product at the same time. Counting policies and applications that are open, %(left)s is left.",
        **values,
    )
