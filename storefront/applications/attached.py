"""The files of an application: the step that asks for them, and who may see and change them."""

from flask import url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session

from storefront import clock
from storefront.applications import journal, rules, service, texts
from storefront.applications.draft import Draft, open_draft
from storefront.applications.models import Application
from storefront.applications.steps import Context, Step, StepInvalid, Typed
from storefront.attachments.gates import Gate
from storefront.attachments.models import Attachment
from storefront.errors import Conflict, NotFound


def show(session: Session, draft: Draft, language: str) -> Context:
    """Each document with its files."""
    return {"documents": draft.documents, "files_of": files_of(draft.files), "own_forms": True}


def save(session: Session, draft: Draft, typed: Typed, language: str) -> str:
    """Goes on when everything required has come and was accepted."""
    missing = rules.missing_documents(draft.documents, draft.facts.attached)
    if missing:
        waiting = {item.purpose for item in draft.files if item.state == "checking"}
        raise StepInvalid(
            [
                (
                    f"file-{item.code}",
                    texts.document_fault(item.name.in_language(language), item.code in waiting),
                )
                for item in missing
            ]
        )
    ready = [item for item in draft.files if item.state == "ready"]
    files = [{"document": item.purpose, "ref": item.ref, "sha256": item.sha256} for item in ready]
    journal.answered(session, draft, "documents", {"files": files})
    return service.changed(draft).after("documents")


def files_of(files: list[Attachment]) -> dict[str, list[Attachment]]:
    """Files by the document that they stand for."""
    found: dict[str, list[Attachment]] = {}
    for item in files:
        found.setdefault(item.purpose, []).append(item)
    return found


def own(session: Session, ref: str) -> Application | None:
    """An application of the customer who is logged in; None for everybody else."""
    if not current_user.is_authenticated:
        return None
    try:
        return service.get_own(session, ref, current_user.id)
    except NotFound:
        return None


def visitor(session: Session, ref: str, writing: bool) -> str | None:
    """The customer whose application it is; nothing changes once it is submitted."""
    application = own(session, ref)
    if application is None:
        return None
    if writing and service.lock(session, application.id).state != "draft":
        raise Conflict(_("The application is submitted: its documents can no longer be changed."))
    return f"customer:{application.customer_id}"


def page(ref: str) -> str:
    """Where the customer finds the files: the step of a draft, later the page of the application."""
    return url_for("applications.step", ref=ref, step="documents")


def purposes(session: Session, ref: str) -> list[str]:
    """The documents that the application asks for now."""
    draft = open_draft(session, service.by_ref(session, ref), clock.now())
    return [item.code for item in draft.documents]


GATE = Gate(visitor=visitor, page=page, reading="applications.read", purposes=purposes)
STEP = Step(show, save)
