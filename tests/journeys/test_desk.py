"""Every page of the desk in a real browser, with something on it; the charts of the dashboard drawn.

The pages come from the map of addresses, so that none can be forgotten.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import desk
from tests.journeys.conftest import PASSWORD, SIZES, Scheme, Site
from tests.journeys.staff import join
from tests.looks import look

LOGIN = ("staff.accept_invitation", "staff.enrol", "staff.login", "staff.second_factor")
LOOKS: tuple[tuple[tuple[str, Scheme], ...], ...] = (
    (("phone", "light"), ("desktop", "dark")),
    (("phone", "dark"), ("desktop", "light")),
)
DRAWN = """canvas => {
  const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  return !canvas.hidden && pixels.some(value => value > 0);
}"""


@pytest.fixture(scope="module")
def invited(site: Site) -> Any:
    """A member with every role who has not joined yet: address and link."""
    return desk.ask(site.running.installation, "invite")


@pytest.fixture
def member(invited: Any, open_browser: Callable[..., Page]) -> Iterator[Page]:
    """That member's browser, joined through every page of the login; what it saw was looked at."""
    page = open_browser("phone", "zh")
    join(page, invited["link"], look)
    yield page


def test_every_page_of_the_desk(
    site: Site, open_browser: Callable[..., Page], invited: Any, member: Page
) -> None:
    found = desk.ask(site.running.installation, "rows", invited["email"])
    assert tuple(found["login"]) == LOGIN, "Please look at every page of the login"
    for address in found["reasons"]:
        member.goto(address)
        member.fill("#reason", "An inspection")
        member.click("main form button[type=submit]")
    faults: list[str] = []
    for number, address in enumerate(found["pages"].values()):
        looked_at(member, site, address, number, faults)
    assert not faults, "\n".join(faults)
    charts_are_drawn(member)
    arrows_move_in_what_was_found(member)

    other = open_browser("phone", "en")
    other.goto("/staff/login")
    look(other)
    other.fill("#email", invited["email"])
    other.fill("#password", PASSWORD)
    other.click("main form button[type=submit]")
    look(other)


def looked_at(page: Page, site: Site, address: str, number: int, faults: list[str]) -> None:
    """Opens a page and looks at it in both sizes; looks and languages take turns from page to page."""
    answer = page.context.request.get(address)
    assert answer.ok, f"{address}: {answer.status}"
    if "text/html" not in answer.headers["content-type"]:
        return  # a file
    if "sandbox" in answer.headers.get("content-security-policy", ""):
        return  # a recorded page, which runs nothing and is looked at inside its frame
    language = ("zh", "en")[number % 2]
    page.context.add_cookies([{"name": "language", "value": language, "url": site.url}])
    page.goto(address)
    for size, scheme in LOOKS[number // 2 % 2]:
        page.set_viewport_size(SIZES[size])
        page.emulate_media(color_scheme=scheme)
        try:
            look(page)
        except AssertionError as fault:  # the other pages are looked at all the same
            faults.append(str(fault))


def charts_are_drawn(page: Page) -> None:
    """Every picture of the dashboard shows something, and has its table."""
    page.goto("/staff/dashboard/")
    page.locator(".chart-box.drawn canvas").last.wait_for()
    canvases = page.locator("canvas[data-chart]").all()
    assert len(canvases) >= 7
    for canvas in canvases:
        assert canvas.evaluate(DRAWN), canvas.get_attribute("data-chart")
    for table in page.locator(".chart details").all():
        table.locator("summary").click()
        assert table.locator("thead th").count() >= 2
    figures = page.locator(".chart tbody td.amount")
    assert figures.first.is_visible()


def arrows_move_in_what_was_found(page: Page) -> None:
    """From the search down to what it found and back, all by keys."""
    page.goto("/staff/")
    page.keyboard.press("Control+k")
    page.keyboard.type("N-ACCESS")
    found = page.locator("#desk-found a")
    expect(found.first).to_contain_text("N-ACCESS")
    page.keyboard.press("ArrowDown")
    expect(found.first).to_be_focused()
    page.keyboard.press("Escape")
    expect(found).to_have_count(0)
    expect(page.locator("#desk-search")).to_be_focused()
