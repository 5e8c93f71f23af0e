"""Every page of a purchase, as it looks with real content: accessible, inside the screen, still."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.buying import fill_in, pay_by_card, quote, submit
from tests.journeys.conftest import Site, register
from tests.journeys.test_buying import GOOD
from tests.looks import look

ACCOUNT = (
    "/account/",
    "/account/people",
    "/account/security",
    "/applications/",
    "/policies/",
    "/verify/",
)


@pytest.mark.parametrize(
    ("code", "look_of"),
    [
        ("term-life", ("phone", "zh", "light")),
        ("motor-compulsory", ("desktop", "en", "dark")),
        ("travel-accident", ("phone", "en", "dark")),
    ],
)
def test_every_page_of_a_purchase(
    site: Site, open_browser: Callable[..., Page], code: str, look_of: tuple[str, str, str]
) -> None:
    page = open_browser(*look_of)
    look_at(
        page,
        "/account/login",
        "/account/register",
        f"/products/{code}",
        f"/products/{code}/clauses",
    )
    register(page, site, f"axe-{code}@example.com")
    quote(page, code)
    look(page)
    fill_in(page, code)
    links = page.locator(".steps a")
    addresses = [link.get_attribute("href") or "" for link in links.all()]
    assert len(addresses) >= 7
    summary = page.url
    look_at(page, f"/quote/{code}", *addresses)
    page.goto(summary)
    look(page)
    submit(page)
    look(page)
    page.click("#pay-now")
    pay_by_card(page, GOOD)
    expect(page.locator("[data-stage=settled]")).to_be_visible(timeout=20_000)
    look(page)
    page.click("a[href='/policies/']")
    expect(page.locator("a[href$='document.pdf']")).to_be_visible(timeout=30_000)
    page.locator(".card-soft a").first.click()
    look(page)
    look_at(page, *ACCOUNT, page.locator("a[href*='/verify/V']").first.get_attribute("href") or "")


def look_at(page: Page, *addresses: str) -> None:
    """Opens each page and looks at it."""
    for address in addresses:
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        look(page)
