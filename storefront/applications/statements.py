"""What the customer reads before ticking a statement inside a step that does more than confirm.

Each function gives the exact text for every statement that the step asks for, in the present language.
Its hash goes with the page and comes back with the form (S-02); no text means that nothing is confirmed.
"""

from collections.abc import Callable, Iterable, Mapping

from sqlalchemy.orm import Session

from storefront.applications import declaration, insured, journal, rules, service, texts
from storefront.applications.draft import Draft
from storefront.applications.employees.texts import employee_rows
from storefront.applications.forms import RELATIONS
from storefront.catalog.definition import Question
from storefront.identity import mask_id_number
from storefront.pages import moment, money
from storefront.quotes.service import answer_rows

Read = Mapping[str, str]
Reading = Callable[[Session, Draft, str], Read]


def page_hash(read: Read) -> str:
    """The hash that the page carries and its form sends back; empty where nothing is confirmed."""
    return journal.fingerprint("\n\n".join(dict.fromkeys(read.values()))) if read else ""


def nothing(session: Session, draft: Draft, language: str) -> Read:
    """A step that confirms nothing."""
    return {}


def health(session: Session, draft: Draft, language: str) -> Read:
    """Every question of the declaration, and what follows from a wrong answer."""
    asked = _questions(draft.definition.questions, language)
    contestability = draft.definition.contestability.in_language(language)
    return one("health", [*asked, contestability])


def controls(session: Session, draft: Draft, language: str) -> Read:
    """Every question about the company's security."""
    return one("controls", _questions(draft.definition.application.questionnaire, language))


def other_cover(session: Session, draft: Draft, language: str) -> Read:
    """The warning about cover that exists already."""
    return one("other-cover", [texts.overlap()])


def own_will(session: Session, draft: Draft, language: str) -> Read:
    """Why we advise to stop."""
    return one("own-will", [item.text.in_language(language) for item in draft.open_mismatches])


def authorised(session: Session, draft: Draft, language: str) -> Read:
    """That somebody may act for the company."""
    return one("authorised", [])


def employee_data(session: Session, draft: Draft, language: str) -> Read:
    """The accepted list as the page sums it up, with the hash of every line in it."""
    if draft.employees is None or draft.employee_differences:
        return {}
    rows = employee_rows(draft.employees, language)
    return one("employee-data", [draft.employees["sha256"], *_rows(rows)])


def of_text(step: str) -> Reading:
    """A step that does nothing but confirm one text, by one statement or several."""

    def read(session: Session, draft: Draft, language: str) -> Read:
        text = texts.markdown(draft, step, language)
        return dict.fromkeys(rules.STATEMENTS[step], text)

    return read


def insured_people(session: Session, draft: Draft, language: str) -> Read:
    """What has to be stated for the people on the list, each statement with their names."""
    people = _people(draft)
    return {kind: "\n".join([*people, texts.statement(kind)]) for kind in insured.statements(draft)}


def summary(session: Session, draft: Draft, language: str) -> Read:
    """Premium, cover, period and people as they are applied for."""
    holder = draft.policyholder or {}
    number = holder.get("uscc") or mask_id_number(holder.get("id_number", ""))
    period = service.period_of(draft)
    lines = [
        draft.application.ref,
        draft.definition.clause_name.in_language(language),
        money(draft.priced.total) if draft.priced else "",
        *_rows(answer_rows(draft.bundle, draft.application)),
        *([f"{moment(period[0])} / {moment(period[1])}"] if period else []),
        f"{holder.get('name', '')} {number}",
        *_people(draft),
        *(str(value) for value in draft.insured_object.values() if value),
    ]
    return one("summary", lines)


def one(kind: str, lines: Iterable[str]) -> Read:
    """One statement with the lines that are read before it."""
    return {kind: "\n".join([*lines, texts.statement(kind)])}


def _questions(questions: Iterable[Question], language: str) -> list[str]:
    return [
        part.in_language(language)
        for asked in declaration.all_asked(list(questions))
        for part in (asked.text, asked.help)
        if part
    ]


def _people(draft: Draft) -> list[str]:
    return [
        f"{person['name']} {mask_id_number(person['id_number'])} {RELATIONS[person['relation']]}"
        for person in draft.insured
    ]


def _rows(rows: Iterable[tuple[str, str]]) -> list[str]:
    return [f"{label}: {value}" for label, value in rows]
