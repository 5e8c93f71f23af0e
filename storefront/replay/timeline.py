"""The events of a sale in the order in which they happened, from its chains and from the books."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.applications.titles import page_title, step_title
from storefront.clock import SHANGHAI
from storefront.evidence.models import EvidenceContent, EvidenceRecord
from storefront.pages import money
from storefront.replay import words
from storefront.replay.changes import differences
from storefront.replay.sale import Sale


@dataclass(frozen=True)
class Event:
    """One event; those of the books (payments, refunds) have no position in a chain.

    `changes` are (path, before, after) against the event of the same kind before it.
    """

    at: datetime
    title: str
    kind: str
    actor: str
    chain: str = ""
    position: int = 0
    content_sha256: str | None = None
    details: dict[str, Any] = field(default_factory=dict)
    changes: tuple[tuple[str, str, str], ...] = ()

    @property
    def language(self) -> str:
        return "en" if str(self.details.get("language", "zh")).startswith("en") else "zh"

    @property
    def clock_time(self) -> str:
        """Date and time in China, to the second."""
        return self.at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")

    @property
    def shows_page(self) -> bool:
        """Whether its content is HTML as the customer's browser got it."""
        return self.content_sha256 is not None and (
            self.kind.startswith("page:") or self.kind == "advice"
        )


def events(session: Session, sale: Sale) -> list[Event]:
    """All events of a sale, oldest first."""
    names = [chain.name for chain in sale.chains]
    rows = session.scalars(
        select(EvidenceRecord)
        .where(EvidenceRecord.chain.in_(names))
        .order_by(EvidenceRecord.chain, EvidenceRecord.position)
    ).all()
    recorded = [*_recorded(rows), *_booked(sale)]
    return sorted(recorded, key=lambda event: event.at)  # stable: a chain keeps its order


def content_of(session: Session, event: Event) -> str:
    """What an event showed; empty where it showed nothing."""
    if event.content_sha256 is None:
        return ""
    return str(session.get_one(EvidenceContent, event.content_sha256).body)


def _recorded(rows: Any) -> Iterator[Event]:
    before: dict[tuple[str, str], Any] = {}
    for row in rows:
        subject = _subject(row)
        changes: list[tuple[str, str, str]] = []
        if subject is not None:
            key = (row.chain, "page" if row.kind.startswith("page:") else row.kind)
            changes = differences(before[key], subject) if key in before else []
            before[key] = subject
        yield Event(
            row.at, title_of(row.kind, row.details), row.kind, row.actor, row.chain, row.position,
            row.content_sha256, row.details, tuple(changes),
        )  # fmt: skip


def _subject(row: EvidenceRecord) -> Any:
    """What of a record is compared with the one before: answers, and the premium they led to."""
    if row.kind.startswith("answers:"):
        return row.details.get("given")
    if "answers" in row.details:
        return {key: row.details.get(key) for key in ("answers", "start_date", "premium")}
    return None


def title_of(kind: str, details: dict[str, Any]) -> str:
    """What happened, in the present language; a page's own heading stays as it was shown."""
    family, _colon, what = kind.partition(":")
    if family == "page":
        return _("Page shown: %(title)s", title=details.get("title") or _step_name(what))
    if family == "confirmed":
        statement = details.get("statement") or words.statements().get(what, what)
        return _("Confirmed: %(statement)s", statement=statement)
    if family == "answers":
        return _("Answers given: %(step)s", step=_step_name(what))
    return words.kinds().get(kind, kind)


def _step_name(step: str) -> str:
    for title in (step_title, page_title):
        try:
            return str(title(step))
        except KeyError:  # no page of today's forms
            continue
    return step


def _booked(sale: Sale) -> Iterator[Event]:
    """Payments and refunds: they are not in the chains, but they are part of the story."""
    for row in sale.payments:
        details = {"payment": row.ref, "amount": str(row.amount), "state": row.state}
        amount = money(row.amount)
        yield Event(
            row.created_at, _("Payment begun: %(amount)s", amount=amount), "payment", "books",
            details=details,
        )  # fmt: skip
        if row.settled_at:
            yield Event(
                row.settled_at, _("Paid: %(amount)s", amount=amount), "payment", "books",
                details=details,
            )  # fmt: skip
    for refund in sale.refunds:
        details = {"refund": refund.ref, "reason": refund.reason, "state": refund.state}
        title = _("Refund: %(amount)s", amount=money(refund.amount))
        yield Event(refund.created_at, title, "refund", "books", details=details)
