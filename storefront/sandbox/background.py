"""The threads beside the web server: timers and deliveries."""

import logging
import sqlite3
import threading
import time

from storefront.sandbox import timers
from storefront.sandbox.insurer.signing import signed_header
from storefront.sandbox.outbox import STRIPE_SIGNER, Sender
from storefront.sandbox.settings import Settings
from storefront.sandbox.store import Store
from storefront.sandbox.stripe import due, signing
from storefront.sandbox.stripe.records import Call

logger = logging.getLogger(__name__)
LONGEST_SLEEP = 60.0


class Background:
    """Started once per process; `stop` returns at once, what is under way is repeated later."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings
        self._sender = Sender(store, self._headers)
        self._stopping = threading.Event()

    def start(self) -> None:
        self._sender.start()
        threading.Thread(target=self._run_timers, name="timers", daemon=True).start()

    def stop(self) -> None:
        self._stopping.set()
        self._sender.stop()

    def _headers(self, signer: str, body: str, now: int) -> dict[str, str]:
        if signer == STRIPE_SIGNER:
            return signing.headers(self._settings.stripe_webhook_secrets, body, now)
        return signed_header(self._settings.insurer_keys.get(signer, ""), body, now)

    def _run_timers(self) -> None:
        while not self._stopping.is_set():
            try:
                self._do_next()
            except sqlite3.OperationalError as problem:
                # A full disk or a locked file may pass; a dead thread would not come back.
                logger.error("timers wait: %s", problem)
                self._stopping.wait(1)

    def _do_next(self) -> None:
        seen = self._store.version
        now = time.time()
        with self._store.reading() as db:
            due_at = timers.next_due(db)
        if due_at is None or due_at > now:
            wait = LONGEST_SLEEP if due_at is None else due_at - now
            self._store.wait_for_change(seen, min(wait, LONGEST_SLEEP))
            return
        with self._store.writing() as db:
            due.do_next(Call(db=db, now=int(now), settings=self._settings))
