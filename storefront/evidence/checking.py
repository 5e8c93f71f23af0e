"""Finds whatever was changed behind the record's back, and says where.

Everything is streamed, so that the memory does not grow with the record. Run it in a transaction of
its own: it looks at one snapshot, while the shop goes on recording.
"""

import hmac
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from cryptography.fernet import InvalidToken
from sqlalchemy import Select, Text, select, text, type_coerce
from sqlalchemy.orm import Session

from storefront import crypto
from storefront.evidence import anchors, digests
from storefront.evidence.models import EvidenceContent, EvidenceRecord, EvidenceRemoval

AT_ONCE = 500
SNAPSHOT = {"isolation_level": "REPEATABLE READ"}
ANCHORED_WITHIN = timedelta(days=2)


@dataclass(frozen=True)
class Fault:
    """One thing that is not as it was recorded, and where: a record, a text or an anchor's day."""

    what: str
    chain: str | None = None
    position: int | None = None
    content: str | None = None
    day: date | None = None

    def __str__(self) -> str:
        places = (
            f"chain {self.chain}" if self.chain else "",
            f"record {self.position}" if self.position else "",
            f"text {self.content}" if self.content else "",
            f"anchor of {self.day}" if self.day else "",
        )
        return f"{', '.join(filter(None, places))}: {self.what}"


@dataclass
class Link:
    """Where the walk along a chain is: what must follow, where that can be known."""

    chain: str
    position: int = 0
    follows: frozenset[str] | None = frozenset({digests.START})


def faults(session: Session, now: datetime) -> Iterator[Fault]:
    """Every fault of chains, texts, removals and anchors."""
    yield from _faults_in_removals(session)
    yield from _faults_in_records(session, _records())
    yield from _faults_in_ends(session, None)
    yield from _faults_in_contents(session)
    yield from _faults_in_anchors(session, now)


def faults_in_chain(session: Session, chain: str) -> list[Fault]:
    """The faults that one chain shows by itself, without the anchors."""
    return faults_in_chains(session, [chain])


def faults_in_chains(session: Session, chains: Collection[str]) -> list[Fault]:
    """The same of several chains together."""
    wanted = _records().where(EvidenceRecord.chain.in_(chains))
    return distinct([*_faults_in_records(session, wanted), *_faults_in_ends(session, chains)])


def _records() -> Select[Any]:
    table = EvidenceRecord.__table__.c
    columns = [type_coerce(column, Text).label("sealed_details") if column.name == "details"
               else column for column in table]  # fmt: skip
    return select(*columns).order_by(table.chain, table.position)


def _faults_in_records(session: Session, wanted: Select[Any]) -> Iterator[Fault]:
    unsealed = cache(lambda: anchors.first_through(session))  # only old records have no seal
    link = Link("")
    for row in session.execute(wanted.execution_options(yield_per=AT_ONCE)):
        if row.chain != link.chain:
            link = _start_of(session, row)
        yield from _faults_of_record(row, link, unsealed)


def _start_of(session: Session, first: Any) -> Link:
    """What a chain begins with: nothing, or the removal of what it held in earlier years."""
    removal = None
    if first.position > 1:
        removal = session.scalar(
            select(EvidenceRemoval)
            .where(EvidenceRemoval.chain == first.chain, EvidenceRemoval.position < first.position)
            .order_by(EvidenceRemoval.position.desc())
            .limit(1)
        )
    if removal is None:
        return Link(first.chain)
    return Link(first.chain, removal.position, frozenset({removal.digest}))


def _faults_of_record(row: Any, link: Link, unsealed_through: Callable[[], int]) -> Iterator[Fault]:
    """Judges one record by itself and by the one before it, then moves the link on."""
    if row.position > link.position + 1:
        last = row.position - 1
        more = f" (and all up to {last})" if last > link.position + 1 else ""
        yield Fault(f"is missing{more}", row.chain, link.position + 1)
        link.follows = None
    computed = digests.of_record(row)
    sound = row.digest == computed and row.position > link.position
    follows = link.follows is None or row.previous in link.follows
    if not (sound and follows and _sealed(row, unsealed_through)):
        yield Fault("was altered or added", row.chain, row.position)
    elif not _details_fit(row):
        yield Fault("its details were altered", row.chain, row.position)
    # A changed digest is one fault, not two: the next record may follow either.
    link.position, link.follows = row.position, frozenset({row.digest, computed})


def _sealed(row: Any, unsealed_through: Callable[[], int]) -> bool:
    if row.seal is None:
        return bool(row.id <= unsealed_through())
    return digests.is_sealed("record", row.digest, row.seal)


def _details_fit(row: Any) -> bool:
    try:
        return bool(
            row.details_sha256 == digests.of_details(crypto.decrypt_json(row.sealed_details))
        )
    except (InvalidToken, ValueError):
        return False


def _faults_in_ends(session: Session, chains: Collection[str] | None) -> Iterator[Fault]:
    """Chains that do not end where they were seen to end, all of them or some."""
    some = {"chains": None if chains is None else list(chains)}
    for row in session.execute(text(_ENDS).execution_options(yield_per=AT_ONCE), some):
        if row.position is None:
            yield Fault("the note of its end is missing", row.chain)
        elif row.digest is None:
            if not row.removed:
                yield Fault("is missing", row.chain, row.position)
        elif not hmac.compare_digest(
            row.seal, digests.end_seal(row.chain, row.position, row.digest)
        ):
            yield Fault("the note of its end was altered", row.chain, row.position)
        elif row.last > row.position:
            yield Fault("was added after its end", row.chain, row.last)


def _faults_in_contents(session: Session) -> Iterator[Fault]:
    """Texts that no longer have their hash, are gone, or were put there without a record."""
    bodies = select(EvidenceContent.sha256, type_coerce(EvidenceContent.body, Text).label("body"))
    for row in session.execute(bodies.execution_options(yield_per=AT_ONCE)):
        if not _content_fits(row.sha256, row.body):
            yield Fault("was altered", *_first_shown(session, row.sha256), content=row.sha256)
    for row in session.execute(text(_MISSING_CONTENTS)):
        yield Fault("the text it showed is missing", row.chain, row.position, row.content_sha256)
    for sha256 in session.scalars(text(_NEEDLESS_CONTENTS)):
        yield Fault("belongs to no record", content=sha256)


def _content_fits(sha256: str, body: str) -> bool:
    try:
        return crypto.sha256(crypto.decrypt_json(body).encode()) == sha256
    except (InvalidToken, ValueError, AttributeError):
        return False


def _first_shown(session: Session, sha256: str) -> tuple[str | None, int | None]:
    row = session.execute(
        select(EvidenceRecord.chain, EvidenceRecord.position)
        .where(EvidenceRecord.content_sha256 == sha256)
        .order_by(EvidenceRecord.id)
        .limit(1)
    ).first()
    return (row.chain, row.position) if row else (None, None)


def _faults_in_removals(session: Session) -> Iterator[Fault]:
    for row in session.scalars(select(EvidenceRemoval).execution_options(yield_per=AT_ONCE)):
        if not digests.is_sealed("removal", anchors.removal_digest(row), row.seal):
            yield Fault("the entry of its removal is not ours", row.chain, row.position)


def _faults_in_anchors(session: Session, now: datetime) -> Iterator[Fault]:
    for day, what in anchors.faults(session):
        yield Fault(what, day=day)
    for row in session.execute(text(_LOST_HEADS).execution_options(yield_per=AT_ONCE)):
        if row.empty:
            yield Fault("all its records are missing", row.chain, day=row.day)
        elif row.missing:
            yield Fault("is missing", row.chain, row.position, day=row.day)
        else:
            yield Fault("is not the one that was anchored", row.chain, row.position, day=row.day)
    oldest = anchors.oldest_unanchored(session)
    if oldest is not None and oldest.at < now - ANCHORED_WITHIN:
        yield Fault("is not anchored after two days", oldest.chain, oldest.position)


@dataclass(frozen=True)
class Counts:
    """How much was looked at."""

    chains: int
    records: int
    anchors: int


def counts(session: Session) -> Counts:
    """How much there is."""
    row = session.execute(text(_COUNTS)).one()
    return Counts(row.chains, row.records, row.anchors)


def distinct(found: Iterable[Fault]) -> list[Fault]:
    """The faults, each place once: where a chain tells the same as its anchor, the chain."""
    kept: dict[tuple[object, ...], Fault] = {}
    for fault in found:
        place = (fault.chain, fault.position, fault.content)
        kept.setdefault(place if fault.position else (*place, fault.day), fault)
    return list(kept.values())


_COUNTS = """
    select count(distinct chain) as chains, count(*) as records,
           (select count(*) from evidence_anchor) as anchors from evidence_record
"""
_MISSING_CONTENTS = """
    select chain, position, content_sha256 from evidence_record r
    where content_sha256 is not null
      and not exists (select from evidence_content c where c.sha256 = r.content_sha256)
"""
_NEEDLESS_CONTENTS = """
    select sha256 from evidence_content c
    where not exists (select from evidence_record r where r.content_sha256 = c.sha256)
"""
_ENDS = """
    select chain, e.position, e.seal, r.digest, l.last,
           exists (select from evidence_removal g
                   where g.chain = e.chain and g.position >= e.position) as removed
    from evidence_end e
    full join (select chain, max(position) as last from evidence_record
               where cast(:chains as text[]) is null or chain = any(:chains) group by chain) l using (chain)
    left join evidence_record r using (chain, position)
    where cast(:chains as text[]) is null or chain = any(:chains)
"""
_LOST_HEADS = """
    select h.day, h.chain, h.position, r.digest is null as missing,
           not exists (select from evidence_record o where o.chain = h.chain) as empty
    from evidence_anchored_head h left join evidence_record r using (chain, position)
    where r.digest is distinct from h.digest
      and not exists (select from evidence_removal g
                      where g.chain = h.chain and g.position >= h.position)
"""
