"""`python -m storefront.sandbox`: web server, mail server and background threads in one process."""

import os
import signal
import socket
import sqlite3
import sys
import threading
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server

from storefront.sandbox.app import create_app
from storefront.sandbox.background import Background
from storefront.sandbox.mailbox import smtp
from storefront.sandbox.settings import Settings, SettingsError, from_environment
from storefront.sandbox.store import Store


class _QuietHandler(WSGIRequestHandler):
    """Every request of the storefront in the console would hide what matters there."""

    protocol_version = "HTTP/1.1"

    def log_request(self, *_: Any) -> None:
        return


def main() -> int:
    """Serve until told to stop; 1 if that cannot even begin."""
    try:
        settings = from_environment(os.environ)
        web = _listen(settings.host, settings.port)
        mail = _listen(settings.host, settings.smtp_port)
        store = _open(settings)
    except (SettingsError, OSError) as problem:
        sys.stderr.write(f"sandbox: {problem}\n")
        return 1
    _serve(settings, store, web, mail)
    return 0


def _listen(host: str, port: int) -> socket.socket:
    """A bound socket, or an OSError that names the port."""
    try:
        return socket.create_server((host, port), backlog=128)
    except OSError as problem:
        raise OSError(f"cannot listen on {host}:{port}: {problem.strerror}") from problem


def _open(settings: Settings) -> Store:
    try:
        return Store(settings.state)
    except sqlite3.Error as problem:
        raise OSError(f"cannot use the state file {settings.state}: {problem}") from problem


def _serve(settings: Settings, store: Store, web: socket.socket, mail: socket.socket) -> None:
    app = create_app(settings, store)
    background = Background(store, settings)
    server = make_server(
        settings.host,
        settings.port,
        app,
        threaded=True,
        request_handler=_QuietHandler,
        fd=web.fileno(),
    )

    def stop(*_: object) -> None:
        # `shutdown` waits for the loop that this very thread runs.
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    smtp.start(store, mail)
    background.start()
    sys.stderr.write(f"sandbox: {settings.url}, mail on port {settings.smtp_port}\n")
    server.serve_forever(poll_interval=0.1)
    background.stop()


if __name__ == "__main__":
    sys.exit(main())
