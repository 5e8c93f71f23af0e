"""All an underwriter reads about one application, side by side."""

from typing import Any

from sqlalchemy.orm import Session

from storefront.applications import declaration, limits
from storefront.applications.decisions import (
    explaining,
    files,
    history,
    prices,
    questions,
    queue,
    referral,
)
from storefront.applications.decisions.models import UnderwritingDecision
from storefront.applications.draft import OWNER_KIND, Draft
from storefront.applications.risk import told_by
from storefront.attachments import service as attachments
from storefront.quotes.service import answer_rows
from storefront.underwriting.terms import all_from_json

Context = dict[str, Any]


def read(session: Session, draft: Draft) -> Context:
    """What the case page shows: answers, declaration, findings, files, letters, history, other cases."""
    application = draft.application
    decisions, appeal, names = history.course(session, application)
    waiting = queue.open_work(session, application)
    others = history.others_about(session, draft)
    products = queue.product_names(session, others)
    attached = attachments.of_kinds(session, (OWNER_KIND, files.OWNER_KIND), application.ref)
    return {
        "item": waiting.item,
        "holder": waiting.holder,
        "over_limit": waiting.over_limit,
        "kind": None if draft.wiped else referral.kind_of(draft, appeal),
        "over": limits.over(session, draft) if waiting.over_limit else [],
        "names": names,
        "answers": [] if draft.wiped else answer_rows(draft.bundle, application),
        "declared": declared(draft),
        "standard": None if draft.wiped else prices.standard(draft),
        "latest": decisions[-1] if decisions else None,
        "proposed": proposed(decisions),
        "decisions": list(reversed(decisions)),
        "special_terms": explaining.special_terms,
        "files": [file for file in attached if file.owner_kind == OWNER_KIND],
        "sent_files": [file for file in attached if file.owner_kind == files.OWNER_KIND],
        "messages": questions.thread(session, application),
        "appeal": appeal,
        "others": [(other, products[other.id]) for other in others],
        "bmis": [] if draft.wiped else _bmis(draft),
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
    facts = (person.get("bmi") for person in told_by(draft))
    return [f"{value:.1f}" if value is not None else "" for value in facts]
