"""Which answers of an insurer are believed."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from config import Settings
from storefront import clock
from storefront.policies.insurer_client import (
    Answer,
    InsurerFault,
    Issued,
    ask_to_issue,
    is_genuine,
    signature_header,
)
from storefront.sandbox.insurer import signing

NOW = 1_800_000_000
BODY = b'{"status":"issued"}'


def test_both_sides_sign_alike() -> None:
    header = signature_header("key", BODY, NOW)
    assert {signing.HEADER: header} == signing.signed_header("key", BODY.decode(), NOW)
    assert is_genuine("key", header, BODY, NOW)


@pytest.mark.parametrize(("age", "believed"), [(0, True), (300, True), (301, False), (-301, False)])
def test_a_signature_is_believed_for_five_minutes(age: int, believed: bool) -> None:
    assert is_genuine("key", signature_header("key", BODY, NOW - age), BODY, NOW) is believed


@pytest.mark.parametrize(("key", "body"), [("other", BODY), ("key", BODY + b" "), ("key", b"")])
def test_another_key_or_body_is_not_believed(key: str, body: bytes) -> None:
    assert not is_genuine(key, signature_header("key", BODY, NOW), body, NOW)


@pytest.mark.parametrize("header", ["", "t=1,v1=", "v1=00", "t=x,v1=" + "0" * 64])
def test_what_is_no_signature_is_not_believed(header: str) -> None:
    assert not is_genuine("key", header, BODY, NOW)


@dataclass
class Insurer:
    """An insurer on a port of its own that answers whatever it is told."""

    url: str
    status: int = 201
    body: bytes = b""
    key: str = "key"

    def ask(self) -> Answer:
        settings = Settings(
            insurer_api_base=self.url, insurer_keys="it=key", insurer_timeout_seconds="5"
        )
        return ask_to_issue(settings, "it", {"application_ref": "A1"}, clock.now())


@pytest.fixture
def insurer() -> Iterator[Insurer]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(told.status)
            now = int(clock.now().timestamp())
            self.send_header("X-Signature", signature_header(told.key, told.body, now))
            self.end_headers()
            self.wfile.write(told.body)

        def log_message(self, *arguments: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    told = Insurer(f"http://127.0.0.1:{server.server_port}")
    yield told
    server.shutdown()
    server.server_close()


def answer(**changes: str) -> bytes:
    said = {
        "status": "issued",
        "policy_number": "N1",
        "application_ref": "A1",
        "issued_at": "2026-12-01T00:00:00+00:00",
    }
    return json.dumps(said | changes).encode()


def test_a_signed_answer_is_believed(insurer: Insurer) -> None:
    insurer.body = answer()
    assert insurer.ask() == Issued("N1", datetime(2026, 12, 1, tzinfo=UTC))


def test_an_answer_signed_by_a_stranger_is_not_believed(insurer: Insurer) -> None:
    insurer.body, insurer.key = answer(), "a stranger's"
    with pytest.raises(InsurerFault, match="not signed"):
        insurer.ask()


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (201, answer(application_ref="A2")),
        (500, answer()),
        (201, answer(status="processing")),
        (201, answer(issued_at="yesterday")),
        (201, answer(issued_at="2026-12-01T00:00:00")),
        (201, b"[]"),
        (201, b"<html>"),
        (422, b'{"status": "refused", "application_ref": "A1"}'),
    ],
)
def test_an_answer_that_makes_no_sense_is_not_believed(
    insurer: Insurer, status: int, body: bytes
) -> None:
    insurer.status, insurer.body = status, body
    with pytest.raises(InsurerFault):
        insurer.ask()
