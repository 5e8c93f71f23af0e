"""Writes what happens in an application into the evidence record (E-01)."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from storefront import clock
from storefront.applications import texts
from storefront.applications.draft import Draft
from storefront.crypto import sha256
from storefront.evidence import service as evidence
from storefront.evidence.service import Happening
from storefront.pages import without_token


def begun(session: Session, draft: Draft, quote_ref: str) -> None:
    """The application begins, and where the record of its quote stands: what was shown before (E-01)."""
    head = evidence.head(session, quote_ref)
    details = {"quote": quote_ref, "quote_position": head[0], "quote_digest": head[1]}
    _record(session, draft, "begun", None, {**details, **_versions(draft)})


def page_shown(
    session: Session,
    draft: Draft,
    step: str,
    body: str,
    language: str,
    *,
    title: str,
    errors: Sequence[tuple[str, str]] = (),
    text_sha256: str = "",
) -> None:
    """The customer was shown a page: `body` is its HTML, the rest what stood around it.

    `text_sha256` is the hash of what the page asks to be confirmed.

    The body is kept apart, because that of the clauses is the same for everybody. The answers are
    those at that time (E-02).
    """
    application = draft.application
    around = {
        "title": title,
        "errors": [str(sentence) for _, sentence in errors],
        "answers": application.answers,
        "start_date": application.start_date and application.start_date.isoformat(),
        "premium": str(draft.priced.total) if draft.priced else None,
        "text_sha256": text_sha256,
    }
    details = {"language": language, **around, **_versions(draft)}
    _record(session, draft, f"page:{step}", without_token(body), details)


def confirmed(session: Session, draft: Draft, kind: str, text: str, language: str) -> None:
    """The customer confirmed a text by ticking its statement."""
    details = {"language": language, "statement": texts.statement(kind), **_versions(draft)}
    _record(session, draft, f"confirmed:{kind}", text, details)


def answered(session: Session, draft: Draft, step: str, given: dict[str, Any]) -> None:
    """The customer gave or changed answers."""
    _record(session, draft, f"answers:{step}", None, {"given": given, **_versions(draft)})


def decided(session: Session, draft: Draft, actor: str, why: dict[str, Any]) -> None:
    """Underwriting decided; price and decision as frozen, and by whom and on what grounds."""
    application = draft.application
    details = {"decision": application.decision, "premium": str(application.premium), **why}
    _record(session, draft, "decided", None, {**details, **_versions(draft)}, actor=actor)


def happened(
    session: Session, draft: Draft, kind: str, details: dict[str, Any], actor: str = ""
) -> None:
    """Something else happened after the submission, by the customer or by `actor`."""
    _record(session, draft, kind, None, {**details, **_versions(draft)}, actor=actor)


def was_shown(session: Session, draft: Draft, step: str, text_sha256: str) -> bool:
    """Whether the page of a step, when it was last shown, showed the text of this hash."""
    shown = evidence.latest_details(session, draft.application.ref, f"page:{step}")
    return shown is not None and shown.get("text_sha256") == text_sha256


def fingerprint(text: str) -> str:
    """Hash under which a confirmed text is found in the record."""
    return sha256(text.encode())


def _versions(draft: Draft) -> dict[str, Any]:
    application = draft.application
    return {
        "product": f"{application.product_code}/{application.product_version}",
        "revision": application.revision,
    }


def _record(
    session: Session,
    draft: Draft,
    kind: str,
    content: str | None,
    details: dict[str, Any],
    *,
    actor: str = "",
) -> None:
    application = draft.application
    happening = Happening(
        chain=application.ref,
        kind=kind,
        actor=actor or f"customer:{application.customer_id}",
        content=content,
        details=details,
    )
    retain_until = application.retain_until or clock.local_date(draft.now)
    evidence.record(session, happening, draft.now, retain_until)
