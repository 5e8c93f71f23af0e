"""Receives mail; a message delivered again is kept once, and counted."""

import asyncio
import json
import socket
import sqlite3
import threading
import time
from email.parser import BytesHeaderParser

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from storefront.sandbox.store import Store

LARGEST_MESSAGE = 64 * 1024 * 1024


def keep(
    db: sqlite3.Connection, sender: str, recipients: list[str], raw: bytes, now: float
) -> None:
    """Store a message; the same Message-ID to the same recipients only counts a delivery."""
    message_id = BytesHeaderParser().parsebytes(raw)["Message-ID"]
    db.execute(
        """
        INSERT INTO mails (message_id, sender, recipients, raw, received_at) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (message_id, recipients) DO UPDATE SET deliveries = deliveries + 1
        """,
        (
            None if message_id is None else str(message_id).strip(),
            sender,
            json.dumps(sorted(recipients)),
            raw,
            now,
        ),
    )


class _Handler:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Answer 250 only when the message is safely in the file."""
        await asyncio.to_thread(self._keep, envelope)
        return "250 OK"

    def _keep(self, envelope: Envelope) -> None:
        with self._store.writing() as db:
            keep(
                db,
                envelope.mail_from or "",
                envelope.rcpt_tos,
                envelope.original_content or b"",
                time.time(),
            )


def _anyone(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, login: LoginPassword
) -> AuthResult:
    return AuthResult(success=True)


def start(store: Store, listener: socket.socket) -> None:
    """Serve SMTP on a bound socket until the process ends."""
    handler = _Handler(store)

    def connection() -> SMTP:
        return SMTP(
            handler,
            hostname="sandbox.localhost",
            data_size_limit=LARGEST_MESSAGE,
            enable_SMTPUTF8=True,
            authenticator=_anyone,
            auth_require_tls=False,
            loop=loop,
        )

    loop = asyncio.new_event_loop()

    def run() -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(loop.create_server(connection, sock=listener))
        loop.run_forever()

    threading.Thread(target=run, name="smtp", daemon=True).start()
