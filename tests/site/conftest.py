"""The application behind a real address, and a real browser."""

import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

from storefront import clock, create_app
from storefront.db import db, transaction
from storefront.support import texts
from tests.conftest import copy_database, make_settings


@pytest.fixture
def published(app: Flask) -> None:
    """The first help articles stand there."""
    publish(app)


@pytest.fixture(scope="module")
def address(template_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a browser reaches an application of its own."""
    app = create_app(make_settings(copy_database(template_url), tmp_path_factory.mktemp("files")))
    publish(app)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="module")
def browser(address: str) -> Iterator[Browser]:
    """Debian's chromium.

    It needs the address, because beside Playwright's event loop no application context can end in
    the same thread: all that has to happen before and after it.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        yield browser
        browser.close()


def publish(app: Flask) -> None:
    """Puts the first help articles there."""
    with app.app_context(), transaction() as session:
        texts.fill(session, clock.now())
