"""All an underwriter reads about one application, side by side."""

from typing import Any

from sqlalchemy.orm import Session

from storefront.applications import declaration, limits
from storefront.applications.decisions import (
    appeals,
    explaining,
    files,
    history,
    prices,
    questions,
    queue,
    referral,
    work,
)
from storefront.applications.decisions.models import UnderwritingDecision
from storefront.applications.draft import Draft
from storefront.applications.risk import facts_of
from storefront.quotes.service import answer_rows
from storefront.underwriting.terms import all_from_json

Context = dict[str, Any]


def read(session: Session, draft: Draft) -> Context:
    """What the case page shows: answers, declaration, findings, files, letters, history, other cases."""
    application = draft.application
    decisions = history.decisions_of(session, application)
    item = queue.item_of(session, application)
    members = [row.member_id for row in decisions] + [item.assignee_id if item else None]
    return {
        "item": item,
        "kind": referral.open_kind(session, draft),
        "over": limits.over(session, draft) if item and item.kind == work.OVER_LIMIT else [],
        "names": queue.names_of(session, members),
        "answers": answer_rows(draft.bundle, application),
        "declared": declared(draft),
        "sums": [prices.sum_insured(draft, person) for person in range(people(draft))],
        "standard": prices.standard(draft),
        "latest": decisions[-1] if decisions else None,
        "proposed": proposed(decisions),
        "decisions": list(reversed(decisions)),
        "special_terms": explaining.special_terms,
        "files": draft.files,
        "sent_files": files.of(session, application.ref),
        "messages": questions.thread(session, application),
        "appeal": appeals.of(session, application),
        "others": [
            (other, queue.product_name(session, other))
            for other in history.others_about(session, draft)
        ],
        "bmis": _bmis(draft),
    }


def people(draft: Draft) -> int:
    """How many people can be loaded and excluded by themselves."""
    return len(prices.standard(draft).persons)


def proposed(decisions: list[UnderwritingDecision]) -> dict[int, dict[str, Any]]:
    """What the rules would ask of each person, as the form shows it for a start."""
    of_rules = next((row for row in reversed(decisions) if not row.by_person), None)
    terms = all_from_json(of_rules.content) if of_rules else ()
    return {
        item.person: {
            "percent": f"{item.percent.normalize():f}" if item.percent else "",
            "per_mille": f"{item.per_mille.normalize():f}" if item.per_mille else "",
            "exclusions": [exclusion.code for exclusion in item.exclusions],
        }
        for item in terms
    }


def declared(draft: Draft) -> list[tuple[str, list[tuple[Any, Any, bool]]]]:
    """Each insured person with (question, answer, whether it is a follow-up), in the order asked."""
    found = []
    for entry, person in zip(draft.application.declaration, draft.insured, strict=False):
        top = {question.code for question in draft.definition.questions}
        rows = [
            (asked, entry["answers"][asked.code], asked.code not in top)
            for asked in declaration.everything_asked(draft.definition)
            if asked.code in entry["answers"]
        ]
        found.append((person["name"], rows))
    return found


def _bmis(draft: Draft) -> list[str]:
    facts = (person.get("bmi") for person in facts_of(draft))
    return [f"{value:.1f}" if value is not None else "" for value in facts]
