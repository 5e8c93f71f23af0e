"""Runs the real sandbox process, and a receiver of its webhooks, for tests."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import stripe

from tests.launch.installation import eventually, free_port

API_KEY = "sk_test_of_the_tests"
WEBHOOK_SECRETS = ("whsec_new", "whsec_old")
INSURERS = {"anlan": "key-of-anlan", "heyue": "key-of-heyue"}
START_SECONDS = 20.0

# One for all tests: making a client, with its certificates, takes longer than most requests.
http = httpx.Client(trust_env=False)


@dataclass
class Sandbox:
    """The address of a sandbox process, which can be killed and started again."""

    environment: dict[str, str]
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.environment['SANDBOX_PORT']}"

    @property
    def smtp_port(self) -> int:
        return int(self.environment["SANDBOX_SMTP_PORT"])

    @property
    def state(self) -> Path:
        return Path(self.environment["SANDBOX_STATE"])

    @property
    def stripe(self) -> stripe.StripeClient:
        return stripe.StripeClient(
            self.environment["STRIPE_API_KEY"], base_addresses={"api": self.url}
        )

    def tell(self, room: str, **order: object) -> None:
        """Set a behaviour: `tell("stripe", mode="error", count=1)`."""
        http.post(f"{self.url}/control/{room}", json=order).raise_for_status()

    def stop(self, how: int = signal.SIGTERM) -> int:
        """Send a signal and wait; returns the exit code."""
        self.process.send_signal(how)
        return self.process.wait(timeout=5)

    def start_again(self) -> None:
        self.process = _start(self.environment)


@contextmanager
def running(folder: Path, **environment: str) -> Iterator[Sandbox]:
    """A sandbox on free ports with its state in `folder`; more settings by name."""
    settings = {
        "SANDBOX_HOST": "127.0.0.1",
        "SANDBOX_PORT": str(free_port()),
        "SANDBOX_SMTP_PORT": str(free_port()),
        "SANDBOX_STATE": str(folder / "sandbox.sqlite3"),
        "STRIPE_API_KEY": API_KEY,
        "STRIPE_WEBHOOK_URL": "",
        "STRIPE_WEBHOOK_SECRETS": ",".join(WEBHOOK_SECRETS),
        "INSURER_KEYS": ",".join(f"{code}={key}" for code, key in INSURERS.items()),
        **environment,
    }
    sandbox = Sandbox(settings, _start(settings))
    try:
        yield sandbox
    finally:
        if sandbox.process.poll() is None:
            sandbox.stop()


def _start(settings: dict[str, str]) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [sys.executable, "-m", "storefront.sandbox"], env={**os.environ, **settings}
    )
    eventually(lambda: _is_ready(process, settings["SANDBOX_PORT"]), START_SECONDS)
    return process


def _is_ready(process: subprocess.Popen[bytes], port: str) -> bool:
    assert process.poll() is None, "the sandbox ended at its start"
    try:
        return http.get(f"http://127.0.0.1:{port}/control/ready").status_code == 200
    except httpx.TransportError:
        return False


@dataclass(frozen=True)
class Delivery:
    """One request to the receiver."""

    path: str
    headers: dict[str, str]
    body: bytes
    at: float

    def event(self, secret: str = WEBHOOK_SECRETS[0]) -> stripe.Event:
        """The Stripe event in it, its signature verified by Stripe's own library."""
        return stripe.Webhook.construct_event(self.body, self.headers["Stripe-Signature"], secret)


@dataclass
class Receiver:
    """Remembers what was delivered; answers with the listed statuses first, then with 200."""

    url: str
    deliveries: list[Delivery] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)

    def types(self) -> list[str]:
        return [delivery.event().type for delivery in self.deliveries]

    def clear(self) -> None:
        self.deliveries.clear()
        self.statuses.clear()


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver of webhooks on a free port."""
    receiver = Receiver("")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.deliveries.append(
                Delivery(self.path, dict(self.headers.items()), body, time.monotonic())
            )
            self.send_response(receiver.statuses.pop(0) if receiver.statuses else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
