"""What of the record may go: chains whose retention is over, removed by an entered procedure (E-03).

The database holds the same rule: it refuses an entry before the retention of the whole chain is over,
and refuses to delete records without one. What stays is the entry, with the digest of the last record.
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from storefront import clock
from storefront.errors import Refused
from storefront.evidence import digests
from storefront.evidence.anchors import removal_digest
from storefront.evidence.models import EvidenceRecord, EvidenceRemoval

ALL_CHAINS = 8150  # the lock of all who append, see migration 0008


def expired(session: Session, today: date, most: int) -> Sequence[tuple[str, date]]:
    """Chains whose retention is over, longest ago first, each with the day until which it was kept."""
    until = func.max(EvidenceRecord.retain_until)
    rows = session.execute(
        select(EvidenceRecord.chain, until)
        .group_by(EvidenceRecord.chain)
        .having(until < today)
        .order_by(until, EvidenceRecord.chain)
        .limit(most)
    )
    return [(chain, day) for chain, day in rows]


def remove(session: Session, chain: str, actor: str, now: datetime) -> int:
    """Removes a chain whose retention is over, and the texts only it showed; gives how many records.

    Raises Refused before that day.
    """
    # Before any chain's own lock, in the order in which the database takes them.
    session.execute(select(func.pg_advisory_xact_lock(ALL_CHAINS)))
    last = session.scalar(
        select(EvidenceRecord)
        .where(EvidenceRecord.chain == chain)
        .order_by(EvidenceRecord.position.desc())
        .limit(1)
    )
    until = session.scalar(
        select(func.max(EvidenceRecord.retain_until)).where(EvidenceRecord.chain == chain)
    )
    if last is None or until is None or until >= clock.local_date(now):
        raise Refused(f"chain {chain} is kept until {until}")
    row = EvidenceRemoval(
        chain=chain,
        position=last.position,
        digest=last.digest,
        retain_until=until,
        at=now,
        actor=actor,
    )
    row.seal = digests.seal("removal", removal_digest(row))
    session.add(row)
    session.flush()
    session.expunge(last)
    return session.scalars(text("select evidence_remove(:chain)"), {"chain": chain}).one()
