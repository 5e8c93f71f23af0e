"""What each step shows and saves. A step shows from a dictionary and saves into the locked draft.

`save` gives the step to go to next, or raises StepInvalid with what has to be corrected; nothing of
what was typed is lost.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from storefront.applications import journal, rules, service, texts
from storefront.applications.draft import Draft
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
    """One step: its template context and how it is saved."""

    show: Callable[[Session, Draft, str], Context]
    save: Callable[[Session, Draft, Typed, str], str]
    template: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)


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
        text = texts.markdown(draft, step, language)
        return {
            "text_html": texts.html(text),
            "text_sha256": journal.fingerprint(text),
            "statements": [(kind, texts.statement(kind)) for kind in rules.STATEMENTS[step]],
            "confirmed": draft.facts.confirmed,
        }

    return show


def save_confirmation(step: str) -> Callable[[Session, Draft, Typed, str], str]:
    """Stores each ticked statement with the text that was shown; all of them are needed."""

    def save(session: Session, draft: Draft, typed: Typed, language: str) -> str:
        text = texts.markdown(draft, step, language)
        fingerprint = journal.fingerprint(text)
        statements = rules.STATEMENTS[step]
        unseen = typed.get("text_sha256") != fingerprint or not journal.was_shown(
            session, draft, step
        )
        missing = [kind for kind in statements if unseen or typed.get(kind) != "yes"]
        if missing:
            raise StepInvalid([(f"confirm-{kind}", texts.statement_missing()) for kind in missing])
        for kind in statements:
            service.confirm(session, draft, kind, fingerprint, language)
            journal.confirmed(session, draft, kind, text, language)
        return service.changed(draft).after(step)

    return save


def require_statement(session: Session, draft: Draft, kind: str, typed: Typed, about: str) -> None:
    """A statement inside a step of another kind, for example the truth of the health answers."""
    if typed.get(kind) != "yes":
        raise StepInvalid([(f"confirm-{kind}", texts.statement_missing())])
    language = current_language()
    service.confirm(session, draft, kind, journal.fingerprint(about), language)
    journal.confirmed(session, draft, kind, about, language)
