"""Why a decision is what it is, and what to do now: the same facts for pages and mails, as plain data."""

from typing import Any

from sqlalchemy.orm import Session

from storefront.applications.decisions import history
from storefront.applications.decisions.models import UnderwritingDecision
from storefront.applications.draft import Draft
from storefront.catalog import service as catalog
from storefront.clock import local_date
from storefront.underwriting.alternatives import alternatives
from storefront.underwriting.terms import all_from_json, changed

CLOSED = ("declined", "postponed")


def explain(session: Session, draft: Draft, row: UnderwritingDecision) -> dict[str, Any]:
    """Reasons, the underwriter's own words, until when to wait, and what else fits."""
    closed = row.outcome in CLOSED
    until = history.waits_until(row) if closed else None
    first_day = until.first_day(local_date(row.at)) if until else None
    return {
        "outcome": row.outcome,
        "reasons": reasons(draft, row),
        "note": row.note,
        "after": [text.model_dump() for text in until.after] if until else [],
        "first_day": first_day.isoformat() if first_day else "",
        "alternatives": _alternatives(session, draft) if closed else [],
    }


def reasons(draft: Draft, row: UnderwritingDecision) -> list[dict[str, Any]]:
    """Why, each reason in both languages; of whom it speaks only where several people are insured."""
    return [
        {"name": name_of(draft, finding["person"]), "text": finding["message"]}
        for finding in row.content["findings"]
        if row.outcome not in CLOSED or finding["outcome"] in CLOSED
    ]


def special_terms(draft: Draft, row: UnderwritingDecision) -> list[dict[str, Any]]:
    """The terms of a decision that are not the standard ones, person by person, for reading."""
    return [
        {
            "name": name_of(draft, item.person),
            "percent": f"{item.percent.normalize():f}" if item.percent else "",
            "per_mille": f"{item.per_mille.normalize():f}" if item.per_mille else "",
            "exclusions": [exclusion.text.model_dump() for exclusion in item.exclusions],
        }
        for item in changed(all_from_json(row.content))
    ]


def name_of(draft: Draft, person: int) -> str:
    """The name of an insured person, empty where there is only one."""
    return str(draft.insured[person]["name"]) if len(draft.insured) > 1 else ""


def _alternatives(session: Session, draft: Draft) -> list[dict[str, Any]]:
    """Other products on sale that do not refuse for what this one was refused for."""
    failing = {
        finding["rule"]
        for row in history.decisions_of(session, draft.application)
        for finding in row.content["findings"]
        if finding["outcome"] in (*CLOSED, "refer")
    }
    others = [
        bundle.definition
        for bundle in catalog.sellable(session, draft.now)
        if bundle.definition.group == draft.definition.group
    ]
    return [
        {"code": found.code, "name": found.marketing_name.model_dump()}
        for found in alternatives(draft.definition, failing, others)
    ]
