"""The process itself: its pages, its start, its end, its memory, the passing of time."""

import json
import signal
import time
from html.parser import HTMLParser
from pathlib import Path

import pytest

from storefront.sandbox.__main__ import main
from storefront.sandbox.settings import from_environment
from storefront.sandbox.store import Store
from storefront.sandbox.stripe import due
from storefront.sandbox.stripe.params import Params
from storefront.sandbox.stripe.records import Call
from storefront.sandbox.stripe.sessions import create, retrieve
from tests.launch.installation import eventually, free_port
from tests.sandbox import process
from tests.sandbox.conftest import card, order
from tests.sandbox.process import Sandbox, http


def test_pages_lead_to_every_room_in_both_languages(sandbox: Sandbox) -> None:
    for path in ("/", "/control", "/mailbox/"):
        for language, code in (("zh", "zh-Hans"), ("en", "en")):
            headers = {"Accept": "text/html", "Accept-Language": language}
            page = http.get(sandbox.url + path, headers=headers)
            assert (page.status_code, f'<html lang="{code}">' in page.text) == (200, True)
            assert "/control" in page.text
            assert "/mailbox/" in page.text
            assert ids_are_unique(page.text)


def test_control_shows_and_wipes_the_state(sandbox: Sandbox) -> None:
    session = sandbox.stripe.v1.checkout.sessions.create(order())
    sandbox.tell("insurer", mode="late", seconds=9, insurer="heyue")
    state = http.get(f"{sandbox.url}/control", headers={"Accept": "application/json"}).json()
    assert state["counts"] == {"checkout.session": 1}
    assert state["insurers"]["heyue"]["mode"] == "late"
    assert state["insurers"]["anlan"]["mode"] == "normal"
    assert http.post(f"{sandbox.url}/control/stripe", json={"mode": "odd"}).status_code == 400
    assert http.post(f"{sandbox.url}/control/reset").json()["counts"] == {}
    assert http.get(session.url).status_code == 404


def test_kill_loses_nothing_and_term_is_prompt(tmp_path: Path) -> None:
    with (
        process.receiving() as receiver,
        process.running(tmp_path, STRIPE_WEBHOOK_URL=receiver.url) as sandbox,
    ):
        sandbox.tell("stripe", mode="hold-webhooks")
        session = sandbox.stripe.v1.checkout.sessions.create(order(), {"idempotency_key": "k"})
        http.post(session.url, data=card())
        sandbox.stop(signal.SIGKILL)
        sandbox.start_again()
        again = sandbox.stripe.v1.checkout.sessions.create(order(), {"idempotency_key": "k"})
        assert again == session
        assert sandbox.stripe.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"
        assert receiver.deliveries == []
        sandbox.tell("stripe", mode="normal")
        eventually(lambda: len(receiver.deliveries) == 3)
        assert "checkout.session.completed" in receiver.types()
        begin = time.monotonic()
        assert sandbox.stop(signal.SIGTERM) == 0
        assert time.monotonic() - begin < 2


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("SANDBOX_PORT", None, "cannot listen on 127.0.0.1:"),
        ("SANDBOX_SMTP_PORT", None, "cannot listen on 127.0.0.1:"),
        ("SANDBOX_PORT", "http", "SANDBOX_PORT must be a port number"),
        ("INSURER_KEYS", "anlan", "INSURER_KEYS must read"),
        ("SANDBOX_STATE", "/proc/none/state.sqlite3", "/proc/none"),
    ],
)
def test_start_that_cannot_work_is_one_line(
    *,
    sandbox: Sandbox,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    value: str | None,
    complaint: str,
) -> None:
    environment = {
        "SANDBOX_PORT": str(free_port()),
        "SANDBOX_SMTP_PORT": str(free_port()),
        "SANDBOX_STATE": str(tmp_path / "state.sqlite3"),
        # A port that is taken is that of the sandbox that runs already.
        name: sandbox.environment[name] if value is None else value,
    }
    for key, setting in environment.items():
        monkeypatch.setenv(key, setting)
    assert main() == 1
    line = capsys.readouterr().err
    assert line.startswith("sandbox: ")
    assert complaint in line
    assert line.count("\n") == 1


def test_sessions_expire_by_themselves(tmp_path: Path) -> None:
    settings = from_environment({"SANDBOX_STATE": str(tmp_path / "state.sqlite3")})
    store = Store(settings.state)
    begin = 1_800_000_000
    with store.writing() as db:
        asked = order(
            expires_at=str(begin + 1800),
            line_items=[
                {
                    "price_data": {
                        "currency": "cny",
                        "product_data": {"name": "Travel"},
                        "unit_amount": "100",
                    },
                    "quantity": "1",
                }
            ],
        )
        session = create(Call(db, begin, settings), Params(asked))
        assert not due.do_next(Call(db, begin + 1799, settings))
        assert due.do_next(Call(db, begin + 1800, settings))
        assert not due.do_next(Call(db, begin + 1800, settings))
        expired = retrieve(Call(db, begin + 1800, settings), session["id"], Params({}))
        assert (expired["status"], expired["url"]) == ("expired", None)
        row = db.execute("SELECT body FROM objects WHERE kind = 'event'").fetchone()
        assert json.loads(row["body"])["type"] == "checkout.session.expired"


class _Ids(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name == "id" and value]


def ids_are_unique(page: str) -> bool:
    parser = _Ids()
    parser.feed(page)
    return len(parser.found) == len(set(parser.found))
