"""The pages in a real browser: accessible, inside the screen, still while loading, dark on request."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.looks import look

PAGES = ["/", "/disclosure", "/help", "/privacy", "/complaints", "/products/", "/no-such-page"]
LOOKS = [("zh", 375, "light"), ("en", 1280, "light"), ("zh", 1280, "dark"), ("en", 375, "dark")]
COUNT_SHIFTS = (
    "window.shifted = 0; new PerformanceObserver(list => list.getEntries().forEach("
    "entry => window.shifted += entry.value)).observe({type: 'layout-shift', buffered: true})"
)


@pytest.fixture(params=LOOKS, ids=lambda look: "-".join(map(str, look)))
def page(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Page]:
    """A page of one language, width and colour scheme that notes what the browser complains about."""
    language, width, scheme = request.param
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, base_url=address
    )
    context.add_cookies([{"name": "language", "value": language, "url": address}])
    context.add_init_script(COUNT_SHIFTS)
    yield context.new_page()
    context.close()


def test_pages_are_accessible_calm_and_fit(page: Page) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for path in PAGES:
        page.goto(path)
        look(page)
        assert page.evaluate("window.shifted") < 0.01, path
    assert [text for text in complaints if "404" not in text] == []


def test_questions_open_and_the_skip_link_leads_to_the_content(page: Page) -> None:
    page.goto("/help")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    answer = page.locator("details.question p").first
    assert not answer.is_visible()
    page.locator("details.question summary").first.click()
    assert answer.is_visible()


def test_colours_follow_the_preference(browser: Browser, address: str) -> None:
    shown = {}
    for scheme in ("light", "dark"):
        page = browser.new_page(color_scheme=scheme)
        page.goto(address)
        shown[scheme] = page.evaluate("getComputedStyle(document.body).backgroundColor")
        page.close()
    assert shown == {"light": "rgb(255, 255, 255)", "dark": "rgb(13, 27, 31)"}


def test_site_works_without_scripts(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=address)
    page = context.new_page()
    page.goto("/help")
    page.click("text=English")
    assert page.url == f"{address}/help"
    assert page.locator("html").get_attribute("lang") == "en"
    context.close()


def test_print_leaves_out_navigation_and_buttons(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.emulate_media(media="print")
    page.goto(address)
    assert not page.locator(".site-nav").is_visible()
    assert not page.locator("a.btn").first.is_visible()
    assert page.locator("h1").is_visible()
    page.close()
