"""Mails: written into the database with the data they tell about, sent by a job.

Each mail has a key of its own, so that asking twice queues one, and a Message-ID made from that
key, so that a mail sent again after a crash is recognised as the same one on delivery.
"""

import smtplib
import ssl
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from mimetypes import guess_type
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import current_app, render_template
from flask_babel import force_locale
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from storefront import clock, files, jobs
from storefront.crypto import token_hash
from storefront.db import Base, Encrypted, Id, transaction
from storefront.extensions import LANGUAGES

NOBODY = "closed.invalid"
"""Domain of the addresses that stand in closed accounts: nothing is ever written to them."""


class Mail(Base):
    """A mail to be sent once. `context` feeds the template and may hold links: encrypted."""

    __tablename__ = "mail"

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(unique=True)
    recipient: Mapped[str]
    template: Mapped[str]
    language: Mapped[str]
    context: Mapped[Any] = mapped_column(Encrypted)
    attachments: Mapped[list[Any]]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


@dataclass(frozen=True)
class Letter:
    """What a service asks to be sent: templates/mail/<template>.txt and .html, with JSON context."""

    key: str
    recipient: str
    template: str
    language: str
    context: dict[str, Any] = field(default_factory=dict)
    attachments: tuple[tuple[str, str], ...] = ()  # (file name, SHA-256 in the file store)


def queue(session: Session, letter: Letter, now: datetime) -> None:
    """Queues a mail in the caller's transaction; the same key again, or a closed account, does nothing."""
    if letter.recipient.endswith(f"@{NOBODY}"):
        return
    statement = (
        insert(Mail)
        .values(
            key=letter.key,
            recipient=letter.recipient,
            template=letter.template,
            language=letter.language,
            context=letter.context,
            attachments=[list(pair) for pair in letter.attachments],
            created_at=now,
        )
        .on_conflict_do_nothing()
        .returning(Mail.id)
    )
    mail_id = session.scalar(statement)
    if mail_id is not None:
        jobs.defer(session, send_mail, mail_id=mail_id)


@jobs.job("mail.send")
def send_mail(mail_id: int) -> None:
    """Sends one mail; the network call stands between two transactions."""
    with transaction() as session:
        mail = session.get_one(Mail, mail_id)
        message = None if mail.sent_at else _compose(mail)
    if message is None:
        return
    _deliver(message)
    with transaction() as session:
        session.get_one(Mail, mail_id, with_for_update=True).sent_at = clock.now()


def _compose(mail: Mail) -> EmailMessage:
    settings = current_app.extensions["settings"]
    message = EmailMessage()
    with force_locale(LANGUAGES.get(mail.language, mail.language)):
        text = render_template(f"mail/{mail.template}.txt", **mail.context)
        html = render_template(f"mail/{mail.template}.html", **mail.context)
    subject, _, body = text.partition("\n")
    message["Subject"] = subject.strip()
    message["From"] = settings.mail_from
    message["To"] = mail.recipient
    message["Date"] = mail.created_at
    message["Message-ID"] = f"<{token_hash(mail.key)[:40]}@{settings.mail_from.partition('@')[2]}>"
    message.set_content(body.strip() + "\n")
    message.add_alternative(html, subtype="html")
    for name, digest in mail.attachments:
        data = files.store().get(digest)
        main, _, sub = (guess_type(name)[0] or "application/octet-stream").partition("/")
        message.add_attachment(data, maintype=main, subtype=sub, filename=name)
    return message


def _deliver(message: EmailMessage) -> None:
    target = urlsplit(current_app.extensions["settings"].smtp_url)
    host = target.hostname or "127.0.0.1"
    if target.scheme == "smtps":
        context = ssl.create_default_context()
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, target.port or 465, timeout=20, context=context
        )
    else:
        server = smtplib.SMTP(host, target.port or 25, timeout=20)
    with server:
        if target.username:
            server.login(unquote(target.username), unquote(target.password or ""))
        server.send_message(message)
