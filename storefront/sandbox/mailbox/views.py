"""The mailbox's pages, and the same as JSON for tests."""

from flask import Blueprint, Response, jsonify, render_template, request, url_for
from werkzeug.exceptions import NotFound

from storefront.sandbox.mailbox import reading
from storefront.sandbox.mailbox.reading import Mail
from storefront.sandbox.state import store

mailbox = Blueprint("mailbox", __name__, url_prefix="/mailbox")

# A message may carry anything: it is shown without scripts, without loading anything, and as
# a document of no origin.
MESSAGE_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none';"
    " img-src data:; style-src 'unsafe-inline'; frame-ancestors 'self'"
)


@mailbox.get("/")
def messages() -> str:
    to = request.args.get("to", "")
    with store().reading() as db:
        return render_template("sandbox/mailbox.html", mails=reading.listed(db, to), to=to)


@mailbox.get("/messages.json")
def messages_as_json() -> Response:
    to, subject = request.args.get("to", ""), request.args.get("subject", "")
    with store().reading() as db:
        return jsonify([_as_json(mail) for mail in reading.listed(db, to, subject)])


@mailbox.get("/<int:mail_id>")
def message(mail_id: int) -> str:
    return render_template("sandbox/message.html", mail=_mail(mail_id))


@mailbox.get("/<int:mail_id>/html")
def html(mail_id: int) -> Response:
    response = Response(_mail(mail_id).html, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = MESSAGE_POLICY
    return response


@mailbox.get("/<int:mail_id>/attachments/<int:number>")
def attachment(mail_id: int, number: int) -> Response:
    attachments = _mail(mail_id).attachments
    if number >= len(attachments):
        raise NotFound
    chosen = attachments[number]
    response = Response(chosen.content, content_type=chosen.content_type)
    response.headers.set("Content-Disposition", "attachment", filename=chosen.name)
    return response


def _mail(mail_id: int) -> Mail:
    with store().reading() as db:
        mail = reading.find(db, mail_id)
    if mail is None:
        raise NotFound
    return mail


def _as_json(mail: Mail) -> dict[str, object]:
    return {
        "id": mail.id,
        "to": mail.recipients,
        "from": mail.sender,
        "subject": mail.subject,
        "text": mail.text,
        "html": mail.html,
        "attachments": [
            {
                "name": attachment.name,
                "size": len(attachment.content),
                "url": url_for(
                    "mailbox.attachment", mail_id=mail.id, number=number, _external=True
                ),
            }
            for number, attachment in enumerate(mail.attachments)
        ],
        "deliveries": mail.deliveries,
        "received_at": mail.received_at.isoformat(timespec="milliseconds"),
    }
