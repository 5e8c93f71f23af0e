"""The mailbox: everything sent arrives, once, and can be read."""

import smtplib
from email.message import EmailMessage
from typing import Any

from tests.sandbox.process import Sandbox, http


def message(subject: str = "Your policy", to: str = "li@example.com", key: str = "a") -> Any:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "shop@example.com", to, subject
    mail["Message-ID"] = f"<{key}@example.com>"
    mail.set_content("See https://shop.example/policies/1\n")
    mail.add_alternative(
        '<p>See <a href="https://shop.example/policies/1?a=1&amp;b=2">it</a></p>'
        "<script>alert(1)</script>",
        subtype="html",
    )
    mail.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="policy.pdf")
    return mail


def send(sandbox: Sandbox, *mails: EmailMessage) -> None:
    with smtplib.SMTP("127.0.0.1", sandbox.smtp_port) as server:
        for mail in mails:
            server.send_message(mail)


def read(sandbox: Sandbox, **wanted: str) -> list[dict[str, Any]]:
    answer = http.get(f"{sandbox.url}/mailbox/messages.json", params=wanted)
    mails: list[dict[str, Any]] = answer.raise_for_status().json()
    return mails


def test_message_can_be_read(sandbox: Sandbox) -> None:
    send(sandbox, message("\u4fdd\u9669\u5355"))
    (mail,) = read(sandbox, to="LI@example.com")
    assert mail["to"] == ["li@example.com"]
    assert (mail["from"], mail["subject"]) == ("shop@example.com", "\u4fdd\u9669\u5355")
    assert mail["text"].strip() == "See https://shop.example/policies/1"
    (attachment,) = mail["attachments"]
    assert (attachment["name"], attachment["size"]) == ("policy.pdf", 8)
    file = http.get(attachment["url"])
    assert (file.content, file.headers["Content-Type"]) == (b"%PDF-1.7", "application/pdf")
    assert "attachment" in file.headers["Content-Disposition"]
    page = http.get(f"{sandbox.url}/mailbox/{mail['id']}").text
    assert 'href="https://shop.example/policies/1?a=1&amp;b=2"' in page
    assert "<script>" not in page


def test_html_part_runs_nothing(sandbox: Sandbox) -> None:
    send(sandbox, message())
    page = http.get(f"{sandbox.url}/mailbox/{read(sandbox)[0]['id']}/html")
    policy = page.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox ")
    assert "default-src 'none'" in policy
    assert "allow-scripts" not in policy


def test_message_delivered_again_is_kept_once(sandbox: Sandbox) -> None:
    send(sandbox, message(), message())
    send(sandbox, message(), message(key="b"))
    assert [mail["deliveries"] for mail in read(sandbox)] == [1, 3]


def test_messages_are_found_by_recipient_and_subject(sandbox: Sandbox) -> None:
    send(sandbox, message("One", key="1"), message("Two", to="wang@example.com", key="2"))
    assert [mail["subject"] for mail in read(sandbox)] == ["Two", "One"]
    assert [mail["subject"] for mail in read(sandbox, to="wang@example.com")] == ["Two"]
    assert [mail["subject"] for mail in read(sandbox, subject="one")] == ["One"]
    listing = http.get(f"{sandbox.url}/mailbox/", params={"to": "li@example.com"}).text
    assert "One" in listing
    assert "Two" not in listing


def test_message_without_any_order_is_kept_too(sandbox: Sandbox) -> None:
    with smtplib.SMTP("127.0.0.1", sandbox.smtp_port) as server:
        server.sendmail("a@example.com", ["b@example.com"], b"no header at all\r\n\xff\xfe\r\n")
        server.sendmail(
            "a@example.com",
            ["b@example.com"],
            b"Content-Type: text/plain; charset=no-such\r\n\r\nhello\r\n",
        )
    newest, _ = read(sandbox, to="b@example.com")
    assert newest["text"].strip() == "hello"
    assert http.get(f"{sandbox.url}/mailbox/{newest['id']}").status_code == 200
