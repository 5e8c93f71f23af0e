"""A real installation with web, worker and sandbox processes, and a real browser. Nothing is patched."""

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import httpx
import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Request,
    Response,
    ViewportSize,
    expect,
    sync_playwright,
)

from storefront.launch import postgres
from tests.launch.installation import Installation, Running, eventually

SIZES: dict[str, ViewportSize] = {
    "phone": {"width": 375, "height": 812},
    "desktop": {"width": 1280, "height": 900},
}
Scheme = Literal["light", "dark"]
LINK = re.compile(r"http://127\.0\.0\.1:\d+/account/confirm/\S+")
# Requests the browser gave up itself, for another page or a newer answer, or that a journey took offline.
EXPECTED_TO_FAIL = ("net::ERR_ABORTED", "net::ERR_INTERNET_DISCONNECTED")
LAST_LINES = 60
PASSWORD = "a long pass phrase 42"
# Two journeys with all their processes share the machine; how soon a page answers is not their subject.
expect.set_options(timeout=15_000)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Function) -> Iterator[None]:
    """A journey that failed tells what the site said last."""
    report = yield
    site = item.funcargs.get("site")
    if report.failed and site:
        report.sections.append(
            ("What the site said last", "".join(site.running.lines[-LAST_LINES:]))
        )
    return report


@dataclass(frozen=True)
class Site:
    """The running site: its own address and that of the stand-ins."""

    running: Running
    url: str
    sandbox: str

    def mails(self, to: str, subject: str = "") -> list[dict[str, object]]:
        """What the mailbox received for somebody."""
        address = f"{self.sandbox}/mailbox/messages.json"
        found: list[dict[str, object]] = httpx.get(
            address, params={"to": to, "subject": subject}
        ).json()
        return found


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Everything that `make run` starts, on ports of its own."""
    folder = tmp_path_factory.mktemp("journeys") / "instance"
    installation = Installation(folder)
    running = installation.start()
    ports = installation.ports
    yield Site(
        running, f"http://127.0.0.1:{ports['PORT']}", f"http://127.0.0.1:{ports['SANDBOX_PORT']}"
    )
    running.stop()
    data = postgres.data_folder(folder)
    shutil.rmtree(data.parent if data.parent != folder else data, ignore_errors=True)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        arguments = [
            "--no-sandbox",
            "--disable-background-networking",
            "--disable-component-update",
        ]
        found = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=arguments)
        yield found
        found.close()


@pytest.fixture
def open_browser(browser: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    """Opens a fresh browser of a size and language; what its pages complain about fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def fault_of_the_site(response: Response) -> None:
        if response.status >= 500:
            complaints.append(f"{response.status} {response.request.method} {response.url}")

    def lost(request: Request) -> None:
        if request.failure not in EXPECTED_TO_FAIL:
            complaints.append(f"{request.failure} {request.method} {request.url}")

    def opened(size: str, language: str, scheme: Scheme = "light") -> Page:
        context = browser.new_context(
            viewport=SIZES[size], base_url=site.url, locale="zh-CN", color_scheme=scheme
        )
        context.add_cookies([{"name": "language", "value": language, "url": site.url}])
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("response", fault_of_the_site)
        page.on("requestfailed", lost)
        page.on(
            "console",
            lambda message: (
                complaints.append(message.text)
                if "Content Security Policy" in message.text
                else None
            ),
        )
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def register(page: Page, site: Site, email: str) -> None:
    """Makes an account through the pages and the mail, and ends logged in."""
    page.goto("/account/register")
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    page.fill("#repeat", PASSWORD)
    page.click("main form button[type=submit]")
    mail = eventually(lambda: site.mails(email))[0]
    found = LINK.search(str(mail["text"]))
    assert found, f"{email} has an account already, from another journey: {mail['text']}"
    page.goto(found[0])
    page.fill("#password", PASSWORD)
    page.click("main form button[type=submit]")
