"""Writes the evidence record (E-01): one chain of hashes for each application, append-only."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from storefront import crypto
from storefront.evidence import digests
from storefront.evidence.checking import faults_in_chain
from storefront.evidence.models import EvidenceRecord

__all__ = [
    "Happening",
    "faults_in_chain",
    "head",
    "latest_details",
    "prolong",
    "record",
    "retained_until",
    "was_recorded",
]

# Pages are recorded while customers wait for them: one question, one answer, no rows of the ORM.
_HEAD = text(
    "select last_position, last_digest, content_kept"
    " from evidence_head(:chain, cast(:content_sha256 as text))"
)
_APPEND = (
    "insert into evidence_record (chain, position, at, kind, actor, content_sha256, details,"
    " details_sha256, previous, digest, seal, retain_until) values (:chain, :position, :at, :kind,"
    " :actor, :content_sha256, :details, :details_sha256, :previous, :digest, :seal, :retain_until)"
)
_END = (
    "insert into evidence_end (chain, position, seal) values (:chain, :position, :end_seal)"
    " on conflict (chain) do update set position = excluded.position, seal = excluded.seal"
)
_APPEND_KNOWN = text(f"with moved as ({_END}) {_APPEND}")
_KEEP = "insert into evidence_content (sha256, body) values (:content_sha256, :body)"
_APPEND_WITH_CONTENT = text(
    f"with kept as ({_KEEP} on conflict do nothing), moved as ({_END}) {_APPEND}"
)


@dataclass(frozen=True)
class Happening:
    """What is recorded: `content` is the text or page shown, `details` small facts beside it."""

    chain: str
    kind: str
    actor: str
    content: str | None = None
    details: dict[str, Any] = field(default_factory=dict)


def record(session: Session, happening: Happening, now: datetime, retain_until: date) -> None:
    """Appends one record to its chain; the chain stays locked until the transaction ends."""
    content = happening.content
    content_sha256 = None if content is None else crypto.sha256(content.encode())
    place = {"chain": happening.chain, "content_sha256": content_sha256}
    head = session.execute(_HEAD, place).one()
    values = {
        **place,
        "position": head.last_position + 1,
        "at": now,
        "kind": happening.kind,
        "actor": happening.actor,
        "details": crypto.encrypt_json(happening.details),
        "details_sha256": digests.of_details(happening.details),
        "previous": head.last_digest,
        "retain_until": retain_until,
    }
    values["digest"] = digests.of_fields(
        happening.chain, values["position"], digests.moment(now), happening.kind, happening.actor,
        content_sha256 or "", values["details_sha256"], head.last_digest, retain_until,
    )  # fmt: skip
    values["seal"] = digests.seal("record", values["digest"])
    values["end_seal"] = digests.end_seal(happening.chain, values["position"], values["digest"])
    if content is None or head.content_kept:
        session.execute(_APPEND_KNOWN, values)
    else:
        values["body"] = crypto.encrypt_json(content)
        session.execute(_APPEND_WITH_CONTENT, values)


def latest_details(session: Session, chain: str, kind: str) -> dict[str, Any] | None:
    """The facts beside the newest record of a kind; None where the chain holds none."""
    found: dict[str, Any] | None = session.scalar(
        select(EvidenceRecord.details)
        .where(EvidenceRecord.chain == chain, EvidenceRecord.kind == kind)
        .order_by(EvidenceRecord.position.desc())
        .limit(1)
    )
    return found


def was_recorded(session: Session, chain: str, kind: str, content: str) -> bool:
    """Whether a chain holds a record of this kind with exactly this text."""
    found = select(EvidenceRecord.id).where(
        EvidenceRecord.chain == chain,
        EvidenceRecord.kind == kind,
        EvidenceRecord.content_sha256 == crypto.sha256(content.encode()),
    )
    return bool(session.scalar(select(found.exists())))


def head(session: Session, chain: str) -> tuple[int, str]:
    """Position and digest of the newest record of a chain; 0 where it holds none."""
    found = session.execute(
        select(EvidenceRecord.position, EvidenceRecord.digest)
        .where(EvidenceRecord.chain == chain)
        .order_by(EvidenceRecord.position.desc())
        .limit(1)
    ).first()
    return (found.position, found.digest) if found else (0, digests.START)


def retained_until(session: Session, chain: str) -> date | None:
    """Until when a chain is kept as a whole: the latest of its records (E-03); None where it is empty."""
    return session.scalar(
        select(func.max(EvidenceRecord.retain_until)).where(EvidenceRecord.chain == chain)
    )


def prolong(session: Session, chain: str, until: date, reason: str, now: datetime) -> None:
    """Has a chain kept longer, for example because it led to a contract; never shorter.

    Records cannot be changed, so this appends one that says why and until when.
    """
    present = retained_until(session, chain)
    if present is not None and present < until:
        details = {"reason": reason, "before": present.isoformat()}
        record(session, Happening(chain, "retention", "storefront", details=details), now, until)
