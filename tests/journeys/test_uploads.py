"""Documents sent from a telephone: with a connection that breaks, and without JavaScript."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, CDPSession, Page, Route, expect

from tests.applications.papers import CODE, EXTRA, LICENCE, write_product
from tests.attachments import samples
from tests.journeys.buying import fill_in_people, go_on, quote
from tests.journeys.conftest import SIZES, Site, register
from tests.journeys.test_tenth_product import publish

LIKE = "motor-compulsory"
FAST, SLOW = -1, 1_500_000  # bytes a second


def reach_documents(page: Page, site: Site, email: str) -> None:
    """A new customer, up to the step that asks for documents."""
    register(page, site, email)
    quote(page, CODE, like=LIKE)
    fill_in_people(page, CODE, like=LIKE)
    page.wait_for_url("**/documents")


def connection(line: CDPSession, *, offline: bool = False, upload: int = FAST) -> None:
    """What the telephone's connection is like."""
    line.send("Network.enable")
    line.send(
        "Network.emulateNetworkConditions",
        {"offline": offline, "latency": 0, "downloadThroughput": FAST, "uploadThroughput": upload},
    )


@contextmanager
def script_on_its_way(page: Page) -> Iterator[None]:
    """The script that uploads does not arrive before the end."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/uploads.js*", hold)
    yield
    assert held
    for route in held:
        route.continue_()
    page.unroute("**/uploads.js*")


def wait_until_on_the_way(page: Page) -> float:
    """Waits until a part of the file has arrived; gives how much, in per cent."""
    bar = page.locator("[data-row] progress")
    for _ in range(200):
        if bar.count() and (value := float(bar.evaluate("bar => bar.value"))) > 15:
            return value
        page.wait_for_timeout(50)
    raise AssertionError("nothing arrived")


def test_an_upload_goes_on_where_the_connection_broke(
    site: Site, open_browser: Callable[[str, str], Page], tmp_path: Path
) -> None:
    publish(site, write_product(tmp_path / "products").parent)
    page = open_browser("phone", "en")
    reach_documents(page, site, "uploads@example.com")
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(samples.large_pdf(6_000_000))
    line = page.context.new_cdp_session(page)
    section = page.locator(f"#uploads-{LICENCE}")

    connection(line, upload=SLOW)
    page.set_input_files(f"#file-{LICENCE}", scan)
    before = wait_until_on_the_way(page)
    connection(line, offline=True)
    expect(section.locator("[data-note]")).to_contain_text("No connection")
    connection(line, upload=SLOW)
    expect(section.locator("[data-note]")).to_contain_text("Sending")
    assert wait_until_on_the_way(page) >= before

    page.once("dialog", lambda dialog: dialog.accept())
    with script_on_its_way(page):  # the file is chosen again before the page is all there
        page.reload(wait_until="commit")  # the telephone was switched off
        expect(section).to_contain_text("goes on where it stopped")
        begun = section.locator("[data-state=uploading]").count()
        connection(line)
        page.set_input_files(f"#file-{LICENCE}", scan)
    expect(section.locator("[data-state=ready]")).to_have_count(1, timeout=30_000)
    assert begun == section.locator("[data-state]").count() == 1

    with page.expect_download() as download:
        section.get_by_role("link", name="scan.pdf").click(modifiers=["Alt"])
    assert download.value.path().read_bytes() == scan.read_bytes()
    go_on(page)
    page.wait_for_url("**/clauses")


def test_refusals_and_removal_on_the_page(
    site: Site, open_browser: Callable[[str, str], Page], tmp_path: Path
) -> None:
    publish(site, write_product(tmp_path).parent)
    page = open_browser("phone", "en")
    reach_documents(page, site, "refusals@example.com")
    section, other = page.locator(f"#uploads-{LICENCE}"), page.locator(f"#uploads-{EXTRA}")

    page.set_input_files(
        f"#file-{LICENCE}",
        [
            {"name": "card.jpg", "mimeType": "image/jpeg", "buffer": samples.photo()},
            {"name": "run.jpg", "mimeType": "image/jpeg", "buffer": b"MZ" + bytes(900)},
            {"name": "none.pdf", "mimeType": "application/pdf", "buffer": b""},
        ],
    )

    expect(section.locator("[data-state=ready]")).to_have_count(1, timeout=30_000)
    expect(section.locator("[data-state=refused]")).to_contain_text("something else")
    expect(section.locator("[data-row]")).to_contain_text("This file is empty")
    expect(section.locator("img")).to_have_attribute("alt", "Preview of card.jpg")
    section.get_by_role("button", name="Remove card.jpg").click()
    expect(section.locator("[data-state=ready]")).to_have_count(0)
    expect(other.locator("[data-state]")).to_have_count(0)
    go_on(page)
    expect(page.locator("#error-summary")).to_contain_text("Vehicle licence")


def test_without_javascript(site: Site, browser: Browser, tmp_path: Path) -> None:
    publish(site, write_product(tmp_path).parent)
    prepared = browser.new_context(viewport=SIZES["phone"], base_url=site.url)
    prepared.add_cookies([{"name": "language", "value": "en", "url": site.url}])
    page = prepared.new_page()
    reach_documents(page, site, "without-javascript@example.com")
    plain = browser.new_context(
        viewport=SIZES["phone"],
        base_url=site.url,
        java_script_enabled=False,
        storage_state=prepared.storage_state(),
    )
    plain_page = plain.new_page()
    plain_page.goto(page.url)
    section = plain_page.locator(f"#uploads-{LICENCE}")

    section.get_by_role("button", name="Upload").click()
    expect(plain_page.locator("main")).to_contain_text("Please choose a file first")
    plain_page.set_input_files(
        f"#file-{LICENCE}",
        [{"name": "card.jpg", "mimeType": "image/jpeg", "buffer": samples.photo()}],
    )
    section.get_by_role("button", name="Upload").click()
    expect(section.locator("[data-state]")).to_have_count(1)
    for _ in range(60):
        if section.locator("[data-state=ready]").count():
            break
        plain_page.wait_for_timeout(250)
        plain_page.reload()
    expect(section).to_contain_text("Has arrived")

    plain_page.click("main button[value=next]")
    plain_page.wait_for_url("**/clauses")
    plain.close()
    prepared.close()
