"""Writes the evidence record (E-01): one chain of hashes for each application, append-only."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from storefront.crypto import sha256
from storefront.evidence.models import EvidenceContent, EvidenceRecord

CHAIN_START = "0" * 64


@dataclass(frozen=True)
class Happening:
    """What is recorded: `content` is the text or page shown, `details` small facts beside it."""

    chain: str
    kind: str
    actor: str
    content: str | None = None
    details: dict[str, Any] = field(default_factory=dict)


def record(
    session: Session, happening: Happening, now: datetime, retain_until: date
) -> EvidenceRecord:
    """Appends one record to its chain; the chain stays locked until the transaction ends."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(happening.chain, 0))))
    last = session.execute(
        select(EvidenceRecord.position, EvidenceRecord.digest)
        .where(EvidenceRecord.chain == happening.chain)
        .order_by(EvidenceRecord.position.desc())
        .limit(1)
    ).first()
    position, previous = (last.position + 1, last.digest) if last else (1, CHAIN_START)
    row = EvidenceRecord(
        chain=happening.chain,
        position=position,
        at=now,
        kind=happening.kind,
        actor=happening.actor,
        content_sha256=keep_content(session, happening.content),
        details=happening.details,
        details_sha256=sha256(_canonical(happening.details)),
        previous=previous,
        retain_until=retain_until,
    )
    row.digest = digest_of(row)
    session.add(row)
    session.flush()
    return row


def keep_content(session: Session, content: str | None) -> str | None:
    """Keeps a text once under its hash and gives the hash."""
    if content is None:
        return None
    digest = sha256(content.encode())
    if (
        session.scalar(select(EvidenceContent.sha256).where(EvidenceContent.sha256 == digest))
        is None
    ):
        session.execute(
            insert(EvidenceContent).values(sha256=digest, body=content).on_conflict_do_nothing()
        )
    return digest


def digest_of(row: EvidenceRecord) -> str:
    """The digest a record must have, from its own fields and the digest before it."""
    fields = [
        row.chain, str(row.position), row.at.isoformat(), row.kind, row.actor,
        row.content_sha256 or "", row.details_sha256, row.previous, row.retain_until.isoformat(),
    ]  # fmt: skip
    return hashlib.sha256(_canonical(fields)).hexdigest()


def has_kind(session: Session, chain: str, kind: str) -> bool:
    """Whether a chain holds a record of this kind."""
    found = select(EvidenceRecord.id).where(
        EvidenceRecord.chain == chain, EvidenceRecord.kind == kind
    )
    return bool(session.scalar(select(found.exists())))


def faults_in_chain(session: Session, chain: str) -> list[str]:
    """One sentence for each record of a chain that was altered, removed, added or reordered."""
    faults = []
    previous, expected = CHAIN_START, 1
    rows = session.scalars(
        select(EvidenceRecord)
        .where(EvidenceRecord.chain == chain)
        .order_by(EvidenceRecord.position)
    )
    for row in rows:
        if row.position != expected:
            faults.append(f"{chain}: record {expected} is missing")
        if row.previous != previous or row.digest != digest_of(row):
            faults.append(f"{chain}: record {row.position} was altered")
        if row.details_sha256 != sha256(_canonical(row.details)):
            faults.append(f"{chain}: details of record {row.position} were altered")
        previous, expected = row.digest, row.position + 1
    return faults


def faults_in_contents(session: Session) -> list[str]:
    """One sentence for each stored text that no longer has its hash."""
    return [
        f"content {row.sha256} was altered"
        for row in session.scalars(select(EvidenceContent).execution_options(yield_per=200))
        if sha256(row.body.encode()) != row.sha256
    ]


def chains(session: Session) -> list[str]:
    """Names of all chains."""
    return list(session.scalars(text("select distinct chain from evidence_record order by 1")))


def _canonical(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
