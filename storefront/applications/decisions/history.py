"""Every decision about an application, and which of them still counts when it is decided anew."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from storefront import crypto
from storefront.applications.decisions.models import (
    UnderwritingAppeal,
    UnderwritingDecision,
    UnderwrittenPerson,
)
from storefront.applications.decisions.queue import MEMBER
from storefront.applications.draft import Draft
from storefront.applications.models import Application
from storefront.underwriting import corrections
from storefront.underwriting.rules import Decision
from storefront.underwriting.terms import Until, all_from_json, until_from_json

DECISION_STANDS = timedelta(days=30)
MOST_OTHERS = 50


@dataclass(frozen=True)
class Source:
    """Where a decision comes from: what it followed on, and who made it if a person did."""

    cause: str
    by_person: bool = False
    member_id: int | None = None
    reasons: str = ""
    note: str = ""


def append(
    session: Session,
    draft: Draft,
    facts: Sequence[Mapping[str, object]],
    decision: Decision,
    source: Source,
) -> UnderwritingDecision:
    """Keeps a decision with what it was made on."""
    row = UnderwritingDecision(
        application_id=draft.application.id,
        at=draft.now,
        cause=source.cause,
        by_person=source.by_person,
        member_id=source.member_id,
        outcome=decision.outcome,
        content={
            "findings": [finding.to_private_json() for finding in decision.findings],
            "terms": [terms.to_json() for terms in decision.terms],
            "until": decision.until.to_json() if decision.until else None,
            **_fingerprints(draft, facts),
        },
        reasons=source.reasons,
        note=source.note,
    )
    session.add(row)
    session.flush()
    for digest in _people(draft):
        key = {"person_hash": digest, "application_id": draft.application.id}
        session.execute(insert(UnderwrittenPerson).values(key).on_conflict_do_nothing())
    return row


def others_about(session: Session, draft: Draft) -> list[Application]:
    """Other applications that were underwritten for one of the same insured persons, newest first."""
    same_people = select(UnderwrittenPerson.application_id).where(
        UnderwrittenPerson.person_hash.in_(_people(draft))
    )
    found = select(Application).where(
        Application.id.in_(same_people), Application.id != draft.application.id
    )
    return list(session.scalars(found.order_by(Application.id.desc()).limit(MOST_OTHERS)))


def decisions_of(session: Session, application: Application) -> list[UnderwritingDecision]:
    """All decisions about an application, oldest first."""
    found = select(UnderwritingDecision).where(
        UnderwritingDecision.application_id == application.id
    )
    return list(session.scalars(found.order_by(UnderwritingDecision.id)))


def course(
    session: Session, application: Application
) -> tuple[list[UnderwritingDecision], UnderwritingAppeal | None, dict[int, str]]:
    """All decisions about an application, oldest first; its appeal; the names of who decided."""
    rows = session.execute(
        select(UnderwritingDecision, UnderwritingAppeal, MEMBER.c.name)
        .outerjoin(
            UnderwritingAppeal,
            UnderwritingAppeal.application_id == UnderwritingDecision.application_id,
        )
        .outerjoin(MEMBER, MEMBER.c.id == UnderwritingDecision.member_id)
        .where(UnderwritingDecision.application_id == application.id)
        .order_by(UnderwritingDecision.id)
    ).all()
    names = {row.member_id: name for row, _appeal, name in rows if row.member_id is not None}
    return [row for row, _appeal, _name in rows], rows[0][1] if rows else None, names


def latest(session: Session, application: Application) -> UnderwritingDecision | None:
    """The decision that counts now."""
    return next(iter(reversed(decisions_of(session, application))), None)


def in_view_of(
    session: Session, draft: Draft, facts: Sequence[Mapping[str, object]], decision: Decision
) -> tuple[Decision, UnderwritingDecision | None]:
    """The decision of the rules in view of earlier ones about the same application.

    What a person decided on exactly these facts stands for 30 days, so that a new first day of cover
    needs no second look; the row is that decision. Otherwise a changed declaration that would lead to a
    milder outcome goes to a person.
    """
    prints = _fingerprints(draft, facts)
    earlier = decisions_of(session, draft.application)
    for row in reversed(earlier):
        fresh = row.at > draft.now - DECISION_STANDS
        if row.by_person and fresh and row.content["facts"] == prints["facts"]:
            return _decided(row), row
    outcomes = [
        row.outcome
        for row in earlier
        if not row.by_person
        and row.content["people"] == prints["people"]
        and row.content["declaration"] != prints["declaration"]
    ]
    return corrections.after_earlier(decision, outcomes), None


def waits_until(row: UnderwritingDecision) -> Until | None:
    """Until when a decision postpones."""
    return until_from_json(row.content)


def _decided(row: UnderwritingDecision) -> Decision:
    return Decision(row.outcome, (), all_from_json(row.content), until_from_json(row.content))


def _fingerprints(draft: Draft, facts: Sequence[Mapping[str, object]]) -> dict[str, str]:
    """Keyed hashes by which later facts are compared; the first day of cover by itself is no matter."""
    start = draft.definition.start.key
    comparable = [
        {key: str(value) for key, value in person.items() if key != start} for person in facts
    ]
    application = draft.application
    product = [application.product_code, application.product_version]
    people = [person["id_number"] for person in draft.insured]
    return {
        "facts": _hash([product, people, comparable]),
        "declaration": _hash(application.declaration),
        "people": _hash(people),
    }


def _people(draft: Draft) -> list[str]:
    return [crypto.lookup_hash("id-number", person["id_number"]) for person in draft.insured]


def _hash(value: Any) -> str:
    return crypto.lookup_hash("underwriting", json.dumps(value, sort_keys=True))
