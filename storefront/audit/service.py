"""Writes the audit, in the transaction of what is audited."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from storefront.audit.models import AuditEntry


@dataclass(frozen=True)
class Deed:
    """What was read or done: `action` as feature.verb, such as `claims.decide` or `customers.read`."""

    action: str
    subject_kind: str
    subject: str
    reason: str | None = None
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)


def record(session: Session, member_id: int | None, deed: Deed, now: datetime) -> None:
    """Appends one entry; of before and after only what differs is kept."""
    session.add(
        AuditEntry(
            at=now,
            member_id=member_id,
            action=deed.action,
            subject_kind=deed.subject_kind,
            subject=deed.subject,
            reason=deed.reason,
            before=_differing(deed.before, deed.after),
            after=_differing(deed.after, deed.before),
        )
    )


def _differing(values: dict[str, Any], others: dict[str, Any]) -> dict[str, Any]:
    return {
        key: value for key, value in values.items() if key not in others or others[key] != value
    }
