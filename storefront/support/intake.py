"""Takes in mails that customers send: replies to their ticket by its number, everything else as a new one.

A mail program delivers each mail as an RFC 822 file or on standard input; the storefront opens no mailbox.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr
from html.parser import HTMLParser

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import crypto
from storefront.accounts.models import Customer
from storefront.accounts.rules import normalise_email
from storefront.attachments.rules import clean_name
from storefront.attachments.texts import fault as file_fault
from storefront.support import attached, tickets
from storefront.support.attached import Mailed
from storefront.support.models import Ticket, TicketMessage

REFERENCE = re.compile(r"T[0-9A-Z]{13}")
LONGEST_SUBJECT = 200
MOST_BYTES = 25 * 1024 * 1024


@dataclass(frozen=True)
class Taken:
    """What became of a mail: `new`, `reply`, `known`, or `refused` with the reason.

    `files` came with it and are to be kept for the ticket outside of the transaction (`attached.keep`),
    under the name of `sender`.
    """

    outcome: str
    ref: str = ""
    reason: str = ""
    files: tuple[Mailed, ...] = ()
    sender: str = ""


@dataclass(frozen=True)
class Incoming:
    """What a mail says; `source` is its Message-ID, or a hash of it where it has none."""

    name: str
    email: str
    subject: str
    body: str
    source: str
    files: tuple[Mailed, ...] = ()


def take_in(session: Session, raw: bytes, now: datetime) -> Taken:
    """One mail becomes a message. Taking the same one in again changes nothing."""
    if len(raw) > MOST_BYTES:
        return Taken("refused", reason="too large")
    incoming = _read(raw, now)
    if isinstance(incoming, Taken):
        return incoming
    known = _known(session, incoming.source)
    if known is not None:
        return _taken("known", known, incoming)
    ticket = _ticket_of(session, incoming.subject, incoming.email)
    if ticket is not None:
        tickets.reply_by_customer(session, ticket, incoming.body, now, incoming.source)
        return _taken("reply", ticket.ref, incoming)
    return _taken("new", _open(session, incoming, now).ref, incoming)


def _taken(outcome: str, ref: str, incoming: Incoming) -> Taken:
    if not incoming.files:
        return Taken(outcome, ref)
    sender = crypto.token_hash(incoming.source)
    return Taken(outcome, ref, files=incoming.files, sender=sender)


def _read(raw: bytes, now: datetime) -> Incoming | Taken:
    parsed = message_from_bytes(raw, policy=policy.default)
    name, address = parseaddr(str(parsed.get("From", "")))
    try:
        email = normalise_email(address)
    except ValueError:
        return Taken("refused", reason="no sender")
    if _is_automatic(parsed):
        return Taken("refused", reason="sent by a machine")
    body = _text(parsed)
    files, refused = _files(parsed, now)
    if not body and not files:
        return Taken("refused", reason="no text")
    subject = str(parsed.get("Subject", "")).strip()[:LONGEST_SUBJECT]
    lines = [body or subject or files[0].name, *refused]
    body = "\n".join(lines)[: tickets.LONGEST_TEXT]
    source = str(parsed.get("Message-ID", "")).strip() or crypto.sha256(raw)
    return Incoming(name or email, email, subject, body, source, files)


def _open(session: Session, incoming: Incoming, now: datetime) -> Ticket:
    customer = session.scalar(
        select(Customer).where(Customer.email == incoming.email, Customer.closed_at.is_(None))
    )
    writer = tickets.Writer(
        incoming.name,
        incoming.email,
        customer.language if customer else "zh",
        customer.id if customer else None,
    )
    subject = incoming.subject or incoming.body[:60]
    letter = tickets.Letter("question", "other", subject, incoming.body, source=incoming.source)
    return tickets.open_ticket(session, writer, letter, now)


def _known(session: Session, source: str) -> str | None:
    return session.scalar(
        select(Ticket.ref)
        .join(TicketMessage, TicketMessage.ticket_id == Ticket.id)
        .where(TicketMessage.source_hash == crypto.token_hash(source))
    )


def _ticket_of(session: Session, subject: str, email: str) -> Ticket | None:
    """The ticket named in the subject, only where the mail comes from the address that it belongs to."""
    refs = [ref for ref in REFERENCE.findall(subject) if crypto.is_reference(ref, "T")]
    return session.scalar(
        select(Ticket).where(
            Ticket.ref.in_(refs), Ticket.email_hash == crypto.lookup_hash("email", email)
        )
    )


def _is_automatic(parsed: EmailMessage) -> bool:
    """Answering machines must not answer each other for ever (RFC 3834)."""
    submitted = str(parsed.get("Auto-Submitted", "no")).strip().lower()
    precedence = str(parsed.get("Precedence", "")).strip().lower()
    return submitted != "no" or precedence in ("bulk", "junk", "list")


def _files(parsed: EmailMessage, now: datetime) -> tuple[tuple[Mailed, ...], list[str]]:
    """What is attached and may be kept, and for the rest a line with the reason."""
    kept: list[Mailed] = []
    refused = []
    for part in parsed.iter_attachments():
        name = clean_name(part.get_filename() or "")
        payload = part.get_payload(decode=True)
        file = Mailed(name, payload if isinstance(payload, bytes) else b"")
        fault = attached.fault_of(name, file.data, len(kept), now)
        if fault:
            refused.append(f"[{name}: {file_fault(fault)}]")
        else:
            kept.append(file)
    return tuple(kept), refused


def _text(parsed: EmailMessage) -> str:
    part = parsed.get_body(preferencelist=("plain", "html"))
    if part is None:
        return ""
    try:
        content = str(part.get_content())
    except (LookupError, UnicodeError, KeyError):  # an unknown character set or a broken part
        payload = part.get_payload(decode=True)
        content = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
    if part.get_content_subtype() == "html":
        reader = _Words()
        reader.feed(content)
        content = "".join(reader.words)
    return content.replace("\x00", "").strip()[: tickets.LONGEST_TEXT]


class _Words(HTMLParser):
    """The words of an HTML mail."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._hidden += tag in ("style", "script")
        if tag in ("br", "p", "div", "tr", "li"):
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("style", "script")

    def handle_data(self, data: str) -> None:
        if self._hidden <= 0:
            self.words.append(data)
