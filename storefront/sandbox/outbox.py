"""Signed messages on their way to the storefront: queued with the data, sent until answered."""

import hashlib
import hmac
import logging
import random
import sqlite3
import threading
import time
from collections.abc import Callable

import httpx

from storefront.sandbox import behaviour
from storefront.sandbox.store import Store

GIVE_UP_AFTER = 3600.0
LONGEST_PAUSE = 60.0
STRIPE_SIGNER = "stripe"
SENDERS = 4

logger = logging.getLogger(__name__)
HeaderMaker = Callable[[str, str, int], dict[str, str]]


def signature(secret: str, timestamp: int, body: str) -> str:
    """Hex HMAC-SHA256 over "<timestamp>.<body>", as Stripe and our insurers both do it."""
    signed = f"{timestamp}.{body}".encode()
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def pause_after(attempts: int) -> float:
    """Seconds between attempt number `attempts` and the next: 1, 2, 4, … up to a minute."""
    return min(2.0 ** (attempts - 1), LONGEST_PAUSE)


def queue(
    db: sqlite3.Connection,
    *,
    signer: str,
    reference: str,
    url: str,
    body: str,
    now: float,
    copies: int = 1,
    spread: float = 0.0,
) -> None:
    """Put a message into the queue `copies` times, each at a random moment within `spread` s."""
    for _ in range(copies):
        due_at = now + random.uniform(0, spread)  # noqa: S311 - only shuffles
        db.execute(
            "INSERT INTO outbox (signer, reference, url, body, created, due_at)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (signer, reference, url, body, now, due_at),
        )


class Sender:
    """Threads that deliver what is due; what a crash interrupts is delivered again."""

    def __init__(self, store: Store, headers: HeaderMaker) -> None:
        self._store = store
        self._headers = headers
        self._claimed: set[int] = set()
        self._lock = threading.Lock()
        self._stopping = threading.Event()

    def start(self) -> None:
        for number in range(SENDERS):
            threading.Thread(target=self._run, name=f"sender-{number}", daemon=True).start()

    def stop(self) -> None:
        self._stopping.set()
        self._store.wake()

    def _run(self) -> None:
        with httpx.Client(timeout=10, trust_env=False) as client:
            while not self._stopping.is_set():
                try:
                    self._send_next(client)
                except sqlite3.OperationalError as problem:
                    # A full disk or a locked file may pass; a dead thread would not come back.
                    logger.error("deliveries wait: %s", problem)
                    self._stopping.wait(1)

    def _send_next(self, client: httpx.Client) -> None:
        seen = self._store.version
        message, wait = self._claim()
        if message is None:
            self._store.wait_for_change(seen, wait)
            return
        try:
            self._deliver(client, message)
        finally:
            with self._lock:
                self._claimed.discard(message["id"])

    def _claim(self) -> tuple[sqlite3.Row | None, float]:
        """The next message due that no other thread works on, or how long there will be none."""
        now = time.time()
        with self._lock, self._store.reading() as db:
            held = behaviour.current(db, behaviour.STRIPE).mode == "hold-webhooks"
            rows = db.execute(
                "SELECT * FROM outbox WHERE state = 'pending' AND signer <> ?"
                " ORDER BY due_at LIMIT ?",
                (STRIPE_SIGNER if held else "", SENDERS + 1),
            )
            for row in rows:
                if row["due_at"] > now:
                    return None, row["due_at"] - now
                if row["id"] not in self._claimed:
                    self._claimed.add(row["id"])
                    return row, 0.0
        return None, LONGEST_PAUSE

    def _deliver(self, client: httpx.Client, message: sqlite3.Row) -> None:
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            **self._headers(message["signer"], message["body"], int(time.time())),
        }
        try:
            answer = client.post(message["url"], content=message["body"].encode(), headers=headers)
            result, done = str(answer.status_code), answer.is_success
        except (httpx.HTTPError, httpx.InvalidURL) as problem:
            result, done = type(problem).__name__, False
        with self._store.writing() as db:
            _note(db, message, result, done, time.time())


def _note(
    db: sqlite3.Connection, message: sqlite3.Row, result: str, done: bool, now: float
) -> None:
    attempts = message["attempts"] + 1
    state = "pending"
    if done:
        state = "delivered"
    elif now - message["created"] > GIVE_UP_AFTER:
        state = "given_up"
    db.execute(
        "UPDATE outbox SET attempts = ?, last_result = ?, state = ?, due_at = ? WHERE id = ?",
        (attempts, result, state, now + pause_after(attempts), message["id"]),
    )
