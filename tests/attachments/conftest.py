"""Two kinds of owners for the tests: notes, which keep the original, and sketches, which do not.

Who somebody is, a header says; that stands for the login of a real owner. Everything else is real.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask, request
from sqlalchemy import text
from sqlalchemy.orm import Session

from storefront import files, jobs
from storefront.attachments import gates, rules, service, storage
from storefront.attachments.gates import Gate
from storefront.attachments.models import Attachment
from storefront.attachments.values import Limits, Offer, Owner, Piece
from storefront.db import transaction

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
LIMITS = Limits(size=20 * 1024**2, files=3, retain_until=date(2031, 3, 1))
NOTE, SKETCH = Owner("note", "N1"), Owner("sketch", "S1")
ARRIVED: list[str] = []
WAITING = text(
    "select exists (select 1 from procrastinate_jobs where status = 'todo'"
    " and task_name in ('attachments.check', 'attachments.tidy'))"
)


def whoever(session: Session, ref: str, writing: bool) -> str | None:
    """Anna owns everything that begins with N or S; Ben may only look."""
    name = request.headers.get("X-Tester")
    allowed = name == "anna" or (name == "ben" and not writing)
    return f"customer:{name}" if allowed and ref.startswith(("N", "S")) else None


@pytest.fixture(autouse=True)
def owners(app: Flask) -> None:
    """Makes the two kinds known."""
    ARRIVED.clear()
    keeps = {"reading": "claims.read", "writing": "claims.assess", "keep_original": True}
    page = lambda ref: f"/notes/{ref}"  # noqa: E731 - the address of a page that needs no view
    arrived = lambda session, attachment, now: ARRIVED.append(attachment.ref)  # noqa: E731
    gates.register("note", Gate(whoever, page, arrived=arrived, **keeps))
    gates.register("sketch", Gate(whoever, page))


@pytest.fixture
def work(app: Flask, session: Session) -> Callable[[], None]:
    """Runs every job that waits, and those that follow from it."""

    def run() -> None:
        session.rollback()
        while session.scalar(WAITING):
            session.rollback()
            jobs.run_worker(app, stop_when_empty=True)
        session.rollback()

    return run


def offer(data: bytes, name: str = "card.jpg", by: str = "customer:1", mark: str = "") -> Offer:
    """A file to be attached."""
    return Offer("identity", name, len(data), by, mark)


def send(
    owner: Owner, data: bytes, name: str = "card.jpg", purpose: str = "identity", pieces: int = 1
) -> str:
    """Takes a file in, in so many pieces; gives its reference."""
    with transaction() as session:
        offered = Offer(purpose, name, len(data), "customer:1")
        ref = service.begin(session, owner, offered, LIMITS, NOW).ref
    step = -(-len(data) // pieces)
    for offset in range(0, len(data), step):
        append(ref, offset, data[offset : offset + step])
    return ref


def append(ref: str, offset: int, data: bytes) -> None:
    """Puts one piece where it belongs."""
    with transaction() as session:
        attachment = service.get(session, ref)
        name = storage.put_part(attachment.folder, data)
        service.append(
            session, attachment, offset, Piece(name, len(data), data[: rules.HEAD_BYTES])
        )


def reread(session: Session, ref: str) -> Attachment:
    """The row as it is in the database now."""
    session.rollback()
    found = service.by_ref(session, ref)
    assert found is not None
    session.refresh(found)
    return found


def names_in_store(attachment: Attachment) -> set[str]:
    """What the store holds of a file, without the folder."""
    return {Path(name).name for name in files.store().names_in(attachment.folder)}
