"""What each step shows and saves. A step shows from a dictionary and saves into the locked draft.

`save` gives the step to go to next, or raises StepInvalid with what has to be corrected; nothing of
what was typed is lost.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from storefront.applications import journal, rules, service, statements, texts
from storefront.applications.draft import Draft
from storefront.applications.statements import Read, Reading
from storefront.catalog.answers import to_int
from storefront.extensions import Form, current_language

Typed = MultiDict[str, str]
Context = dict[str, Any]


class StepInvalid(Exception):
    """A step that is not saved: (field id, sentence) pairs, and what to show again.

    Without any it is simply not finished, such as a form that got another row.
    """

    def __init__(self, errors: list[tuple[str, str]], context: Context | None = None) -> None:
        super().__init__(errors)
        self.errors = errors
        self.context = context or {}


@dataclass(frozen=True)
class Step:
    """One step: its template context, how it is saved, and what is read before it is confirmed."""

    show: Callable[[Session, Draft, str], Context]
    save: Callable[[Session, Draft, Typed, str], str]
    template: str = ""
    read: Reading = statements.nothing


def pressed(typed: Typed) -> tuple[str, int | None]:
    """The button that was pressed and the number of the person it stands beside."""
    action, _, argument = typed.get("action", "").partition(":")
    return action, to_int(argument)


def fill_errors(form: Form, faults: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Puts faults at their fields and gives them as (field id, sentence)."""
    found = []
    for name, slug in faults:
        sentence = texts.fault(slug)
        if name in form:
            form[name].errors = [*form[name].errors, sentence]
        found.append((name, sentence))
    return found


def show_confirmation(step: str) -> Callable[[Session, Draft, str], Context]:
    """The context of a step that confirms a text."""

    def show(session: Session, draft: Draft, language: str) -> Context:
        return {
            "text_html": texts.html(texts.markdown(draft, step, language)),
            "statements": [(kind, texts.statement(kind)) for kind in rules.STATEMENTS[step]],
            "confirmed": draft.facts.confirmed,
        }

    return show


def save_confirmation(step: str) -> Callable[[Session, Draft, Typed, str], str]:
    """Stores each ticked statement with the text that was shown; all of them are needed."""

    def save(session: Session, draft: Draft, typed: Typed, language: str) -> str:
        read = statements.of_text(step)(session, draft, language)
        require_statements(session, draft, step, read, typed)
        return service.changed(draft).after(step)

    return save


def confirmation(step: str) -> Step:
    """A step that does nothing but confirm a text."""
    return Step(
        show_confirmation(step), save_confirmation(step), "confirmation", statements.of_text(step)
    )


def was_read(session: Session, draft: Draft, page: str, read: Read, typed: Typed) -> bool:
    """Whether the form comes from a page that showed exactly this text, in this language (S-02)."""
    fingerprint = statements.page_hash(read)
    shown = typed.get("text_sha256") == fingerprint
    return shown and journal.was_shown(session, draft, page, fingerprint)


def require_statements(session: Session, draft: Draft, page: str, read: Read, typed: Typed) -> None:
    """Every statement of a page ticked under the text that it shows, or nothing is confirmed."""
    unseen = bool(read) and not was_read(session, draft, page, read, typed)
    missing = [kind for kind in read if unseen or typed.get(kind) != "yes"]
    if missing:
        raise StepInvalid([(f"confirm-{kind}", texts.statement_missing()) for kind in missing])
    confirm(session, draft, read)


def confirm(session: Session, draft: Draft, read: Read) -> None:
    """Stores each statement with its exact text and the language in which it was read."""
    language = current_language()
    for kind, text in read.items():
        service.confirm(session, draft, kind, journal.fingerprint(text), language)
        journal.confirmed(session, draft, kind, text, language)
