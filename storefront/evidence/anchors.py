"""Daily anchors: one row that fixes where every chain stands, so that nothing can be taken off its end.

An anchor covers the heads of the chains that grew since the one before, and its digest. It goes into
the log as well: whoever keeps the logs elsewhere can prove even a removed anchor.
"""

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy import Row, Select, select, text
from sqlalchemy.orm import Session

from storefront import clock
from storefront.evidence import digests
from storefront.evidence.models import (
    EvidenceAnchor,
    EvidenceAnchoredHead,
    EvidenceRecord,
    EvidenceRemoval,
)

AT_ONCE = 1000


def anchor(session: Session, now: datetime) -> EvidenceAnchor:
    """The anchor of the day, made if there is none yet. Give it a transaction of its own."""
    day = clock.local_date(now)
    session.execute(text("lock table evidence_anchor in exclusive mode"))
    last = session.scalar(select(EvidenceAnchor).order_by(EvidenceAnchor.day.desc()).limit(1))
    if last is not None and last.day >= day:
        return last
    through = session.scalars(text("select evidence_through()")).one()
    after = last.through if last else 0
    session.execute(text(_NEW_HEADS), {"day": day, "after": after, "through": through})
    root, chains = digests.root_of(_heads(session, day))
    row = EvidenceAnchor(
        day=day,
        at=now,
        through=through,
        chains=chains,
        root=root,
        previous=last.digest if last else digests.START,
    )
    row.digest = digest_of(row)
    row.seal = digests.seal("anchor", row.digest)
    session.add(row)
    session.flush()
    return row


def digest_of(row: EvidenceAnchor) -> str:
    """The digest an anchor must have."""
    return digests.of_fields(
        row.day, digests.moment(row.at), row.through, row.chains, row.root, row.previous
    )


def removal_digest(row: EvidenceRemoval) -> str:
    """The digest that the seal of a removal is made over."""
    return digests.of_fields(
        row.chain, row.position, row.digest, row.retain_until, digests.moment(row.at), row.actor
    )


def faults(session: Session) -> Iterator[tuple[date, str]]:
    """Day and fault of each anchor that is not as it was made."""
    previous = digests.START
    for row in session.scalars(select(EvidenceAnchor).order_by(EvidenceAnchor.day)):
        if row.previous != previous:
            yield row.day, "the anchor before it is missing or was altered"
        root, chains = digests.root_of(_heads(session, row.day))
        if digest_of(row) != row.digest or not digests.is_sealed("anchor", row.digest, row.seal):
            yield row.day, "was altered"
        elif (root, chains) != (row.root, row.chains):
            yield row.day, "the heads that it covers were altered"
        previous = row.digest
    for day in session.scalars(text(_ORPHANED_DAYS)):
        yield day, "is missing"


def exists(session: Session, digest: str) -> bool:
    """Whether an anchor has this digest."""
    found = select(EvidenceAnchor.day).where(EvidenceAnchor.digest == digest)
    return session.scalar(found) is not None


def first_through(session: Session) -> int:
    """The number of the last record that the first anchor covers; 0 where there is none."""
    first = select(EvidenceAnchor.through).order_by(EvidenceAnchor.day).limit(1)
    return session.scalar(first) or 0


def oldest_unanchored(session: Session) -> Row[str, int, datetime] | None:
    """The oldest record that no anchor covers yet."""
    last = select(EvidenceAnchor.through).order_by(EvidenceAnchor.day.desc()).limit(1)
    return session.execute(
        select(EvidenceRecord.chain, EvidenceRecord.position, EvidenceRecord.at)
        .where(EvidenceRecord.id > (session.scalar(last) or 0))
        .order_by(EvidenceRecord.id)
        .limit(1)
    ).first()


def _heads(session: Session, day: date) -> Iterator[tuple[str, int, str]]:
    """The heads of one anchor, in an order that does not depend on the database's language."""
    for row in session.execute(_heads_of(day).execution_options(yield_per=AT_ONCE)):
        yield row.chain, row.position, row.digest


def _heads_of(day: date) -> Select[str, int, str]:
    head = EvidenceAnchoredHead
    return (
        select(head.chain, head.position, head.digest)
        .where(head.day == day)
        .order_by(head.chain.collate("C"), head.position)
    )


_NEW_HEADS = """
    insert into evidence_anchored_head (day, chain, position, digest)
    select distinct on (chain) :day, chain, position, digest from evidence_record
    where id > :after and id <= :through
    order by chain, position desc
    on conflict do nothing
"""
_ORPHANED_DAYS = """
    select distinct day from evidence_anchored_head h
    where not exists (select from evidence_anchor a where a.day = h.day) order by day
"""
