"""Exports of lists: asked for, made by a job with progress, downloaded by who asked, gone after a week."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask_babel import force_locale
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from storefront import clock, crypto, files, jobs
from storefront.access import Member
from storefront.audit import service as audit
from storefront.customers.lists import reading, writing
from storefront.customers.lists.declared import LISTS
from storefront.customers.lists.kinds import Column, Listing, exported
from storefront.customers.models import ListExport
from storefront.db import db, transaction
from storefront.errors import NotFound
from storefront.extensions import LANGUAGES

KEPT = timedelta(days=7)
PORTION = 1000  # rows between two signs of progress
MOST_SHOWN = 20
FOLDER = "exports"
UNFINISHED = ("waiting", "running")
_GIVEN_UP = text(
    "select exists (select from procrastinate_jobs where task_name = 'lists.export'"
    " and status = 'failed' and args ->> 'export_id' = :id)"
)


@dataclass(frozen=True)
class Wish:
    """What a file is to hold."""

    listing: Listing
    columns: Sequence[Column]
    filters: Mapping[str, str]
    form: str
    language: str


def ask(session: Session, wish: Wish, member: Member, now: datetime) -> ListExport:
    """Has a file made of everything that fits the filters."""
    row = ListExport(
        member_id=member.id,
        list_name=wish.listing.name,
        form=wish.form,
        language=wish.language,
        filters=dict(wish.filters),
        columns=[column.key for column in wish.columns],
        state="waiting",
        total=0,
        done=0,
        file_name=f"{FOLDER}/{crypto.new_token()}",
        created_at=now,
        expires_at=now + KEPT,
    )
    session.add(row)
    wanted = {"filters": row.filters, "columns": row.columns, "form": wish.form}
    deed = audit.Deed("list.export", "list", wish.listing.name, after=wanted)
    audit.record(session, member.id, deed, now)
    session.flush()
    jobs.defer(session, make, export_id=row.id)
    return row


def get(session: Session, export_id: int, member: Member) -> ListExport:
    """An export of the member's own, of a list that the member may still read. Raises NotFound."""
    row = session.get(ListExport, export_id)
    if row is None or row.member_id != member.id:
        raise NotFound
    listing = LISTS[row.list_name]
    if not {listing.permission, listing.exporting or listing.permission} <= member.permissions:
        raise NotFound
    if row.state in UNFINISHED and session.scalar(_GIVEN_UP, {"id": str(export_id)}):
        row.state = "failed"
    return row


def newest(session: Session, member: Member) -> Sequence[ListExport]:
    """The member's exports, newest first."""
    return session.scalars(
        select(ListExport)
        .where(ListExport.member_id == member.id)
        .order_by(ListExport.id.desc())
        .limit(MOST_SHOWN)
    ).all()


@jobs.job("lists.export")
def make(export_id: int) -> None:
    """Writes the file; killed and repeated, it begins anew and ends the same."""
    with transaction() as session:
        row = session.get_one(ListExport, export_id)
        if row.state not in (*UNFINISHED, "failed"):  # somebody may have had it run again
            return
        listing, filters = LISTS[row.list_name], row.filters
        row.total, row.done, row.state = reading.count(session, listing, filters), 0, "running"
        columns = listing.chosen(row.columns)
        form, language, file_name = row.form, row.language, row.file_name
    with TemporaryDirectory() as folder, force_locale(LANGUAGES[language]):
        path = Path(folder) / "export"
        with transaction() as session:
            lines = _lines(session, export_id, listing, columns, filters)
            writing.WRITERS[form](path, str(listing.label), columns, lines)
        files.store().put_file(file_name, path)
    with transaction() as session:
        row = session.get_one(ListExport, export_id, populate_existing=True)
        row.state, row.ready_at, row.done = "ready", clock.now(), row.total


@jobs.job("lists.expire", cron="10 19 * * *")
def expire() -> None:
    """Erases the files whose week is over."""
    with transaction() as session:
        old = session.scalars(
            select(ListExport).where(
                ListExport.state != "expired", ListExport.expires_at < clock.now()
            )
        ).all()
        files.store().erase_named([row.file_name for row in old])
        for row in old:
            row.state = "expired"


def _lines(
    session: Session,
    export_id: int,
    listing: Listing,
    columns: Sequence[Column],
    filters: Mapping[str, str],
) -> Iterator[list[Any]]:
    """All rows, newest first, through a cursor of the database; every thousand are noted as done."""
    query = reading.query(listing, columns, filters).order_by(listing.key.desc())
    rows = session.execute(query, execution_options={"yield_per": PORTION})
    done = 0
    for portion in rows.partitions():
        for row in portion:
            yield [exported(column, value) for column, value in zip(columns, row, strict=True)]
        done += len(portion)
        _note(export_id, done)


def _note(export_id: int, done: int) -> None:
    """Progress goes through a connection of its own: the cursor's transaction is still open."""
    with db.engine.begin() as connection:
        connection.execute(update(ListExport).where(ListExport.id == export_id).values(done=done))
