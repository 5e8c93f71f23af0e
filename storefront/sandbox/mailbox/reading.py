"""Stored messages taken apart for reading: headers, text, HTML, attachments, links."""

import json
import re
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage, MIMEPart
from email.policy import default
from html import unescape


@dataclass(frozen=True)
class Attachment:
    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Mail:
    """One message with its envelope; `deliveries` counts how often it came."""

    id: int
    sender: str
    recipients: list[str]
    subject: str
    text: str
    html: str
    attachments: list[Attachment]
    headers: list[tuple[str, str]]
    deliveries: int
    received_at: datetime

    @property
    def links(self) -> list[str]:
        """Web addresses that the HTML part leads to, each once."""
        found = re.findall(r"""href\s*=\s*["']?(https?://[^"'\s>]+)""", self.html, re.IGNORECASE)
        return list(dict.fromkeys(unescape(link) for link in found))


def listed(db: sqlite3.Connection, to: str = "", subject: str = "") -> list[Mail]:
    """Newest first; `to` is a whole address, `subject` a part, both whatever their case."""
    rows = db.execute(
        """
        SELECT * FROM mails WHERE :to = '' OR EXISTS
            (SELECT 1 FROM json_each(recipients) WHERE lower(value) = lower(:to))
        ORDER BY id DESC
        """,
        {"to": to.strip()},
    )
    mails = [_mail(row) for row in rows]
    return [mail for mail in mails if subject.casefold() in mail.subject.casefold()]


def find(db: sqlite3.Connection, mail_id: int) -> Mail | None:
    row = db.execute("SELECT * FROM mails WHERE id = ?", (mail_id,)).fetchone()
    return row and _mail(row)


def _mail(row: sqlite3.Row) -> Mail:
    message = message_from_bytes(row["raw"], policy=default)
    return Mail(
        id=row["id"],
        sender=str(message["From"] or row["sender"]),
        recipients=json.loads(row["recipients"]),
        subject=str(message["Subject"] or ""),
        text=_body(message, "plain"),
        html=_body(message, "html"),
        attachments=[_attachment(part) for part in message.iter_attachments()]
        if message.is_multipart()
        else [],
        headers=[(name, str(value)) for name, value in message.items()],
        deliveries=row["deliveries"],
        received_at=datetime.fromtimestamp(row["received_at"], UTC),
    )


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return "" if part is None else _decoded(_content(part), part.get_content_charset("utf-8"))


def _attachment(part: MIMEPart) -> Attachment:
    name = part.get_filename() or "attachment"
    return Attachment(name, part.get_content_type(), _content(part))


def _content(part: MIMEPart) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else part.as_bytes()


def _decoded(content: bytes, charset: str) -> str:
    try:
        return content.decode(charset, errors="replace")
    except LookupError:
        return content.decode("utf-8", errors="replace")
