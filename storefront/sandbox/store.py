"""The sandbox's memory: one SQLite file that survives a kill at any moment."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    created INTEGER NOT NULL,
    payment_intent TEXT,
    label TEXT,
    body TEXT NOT NULL,
    hidden TEXT NOT NULL DEFAULT '{}'
);
CREATE INDEX IF NOT EXISTS objects_by_kind ON objects (kind, seq);
CREATE INDEX IF NOT EXISTS objects_by_intent ON objects (payment_intent);
CREATE TABLE IF NOT EXISTS answers (
    key TEXT PRIMARY KEY,
    path TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL,
    request_id TEXT NOT NULL,
    created INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS answers_by_age ON answers (created);
CREATE TABLE IF NOT EXISTS timers (
    id INTEGER PRIMARY KEY,
    due_at REAL NOT NULL,
    action TEXT NOT NULL,
    target TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS timers_by_time ON timers (due_at);
CREATE TABLE IF NOT EXISTS outbox (
    id INTEGER PRIMARY KEY,
    signer TEXT NOT NULL,
    reference TEXT NOT NULL,
    url TEXT NOT NULL,
    body TEXT NOT NULL,
    created REAL NOT NULL,
    due_at REAL NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    last_result TEXT,
    state TEXT NOT NULL DEFAULT 'pending'
);
CREATE INDEX IF NOT EXISTS outbox_by_time ON outbox (due_at) WHERE state = 'pending';
CREATE INDEX IF NOT EXISTS outbox_by_reference ON outbox (reference);
CREATE TABLE IF NOT EXISTS behaviours (
    room TEXT PRIMARY KEY,
    mode TEXT NOT NULL,
    count INTEGER,
    seconds REAL NOT NULL,
    copies INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS policies (
    insurer TEXT NOT NULL,
    application_ref TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    policy_number TEXT UNIQUE,
    refusal TEXT,
    ready_at REAL NOT NULL,
    PRIMARY KEY (insurer, application_ref)
);
CREATE TABLE IF NOT EXISTS mails (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    message_id TEXT,
    sender TEXT NOT NULL,
    recipients TEXT NOT NULL,
    raw BLOB NOT NULL,
    deliveries INTEGER NOT NULL DEFAULT 1,
    received_at REAL NOT NULL,
    UNIQUE (message_id, recipients)
);
"""
TABLES = ("objects", "answers", "timers", "outbox", "behaviours", "policies", "mails")


class Store:
    """Opens connections to the file and tells the background threads that something was written."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._change = threading.Condition()
        self._version = 0
        # SQLite folds the log back into the file when the last connection closes, which costs
        # several syncs; keeping one open spares every request that price.
        self._anchor = self._connect()
        self._anchor.execute("PRAGMA journal_mode = WAL")
        self._anchor.executescript(SCHEMA)

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, timeout=10, isolation_level=None, check_same_thread=False
        )
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA synchronous = FULL")
        return connection

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One consistent view of the file."""
        connection = self._connect()
        try:
            connection.execute("BEGIN")
            yield connection
        finally:
            connection.close()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction; writers take turns from the first statement on."""
        connection = self._connect()
        try:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")
        finally:
            connection.close()
        with self._change:
            self._version += 1
            self._change.notify_all()

    @property
    def version(self) -> int:
        """Grows with every write of this process."""
        return self._version

    def wait_for_change(self, seen: int, timeout: float) -> None:
        """Return when something was written after version `seen`, or after `timeout` seconds."""
        with self._change:
            self._change.wait_for(lambda: self._version != seen, timeout)

    def wake(self) -> None:
        """Make every waiting thread look again, as when the process stops."""
        with self._change:
            self._version += 1
            self._change.notify_all()


def clear(db: sqlite3.Connection) -> None:
    """Forget everything."""
    for table in TABLES:
        db.execute(f"DELETE FROM {table}")  # noqa: S608 - the names are ours
