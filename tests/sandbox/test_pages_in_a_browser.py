"""The sandbox's pages in a real browser: driven by their ids, accessible, fitting a phone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.looks import look
from tests.sandbox.conftest import card, order
from tests.sandbox.process import Receiver, Sandbox, http
from tests.sandbox.test_mailbox import message, send


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        yield browser.new_page(viewport={"width": 375, "height": 800}, locale="en-GB")
        browser.close()


@pytest.fixture
def pay_url(sandbox: Sandbox) -> str:
    # The shop is another origin, as in life: the page's policy must let its forms lead there.
    shop = sandbox.url.replace("127.0.0.1", "localhost")
    session = sandbox.stripe.v1.checkout.sessions.create(
        order(success_url=f"{shop}/?done", cancel_url=f"{shop}/?cancelled")
    )
    assert session.url is not None
    return session.url


def test_card_is_declined_then_confirmed(page: Page, pay_url: str) -> None:
    page.goto(pay_url)
    for number in ("4000000000000002", "4000002500003155"):
        page.check("#method-card")
        fill(page, card(number))
        page.click("#pay")
        if number.endswith("2"):
            assert page.is_visible("#payment-problem")
    page.click("#confirm-fail")
    assert page.is_visible("#payment-problem")
    fill(page, card("4000002500003155"))
    page.click("#pay")
    page.click("#confirm-complete")
    assert page.url.endswith("/?done")


def test_wallet_is_authorised(page: Page, pay_url: str) -> None:
    page.goto(pay_url)
    page.check("#method-wechat_pay")
    assert not page.is_visible("#card-number")
    page.click("#pay")
    page.click("#authorize-fail")
    page.check("#method-alipay")
    page.click("#pay")
    page.click("#authorize-succeed")
    assert page.url.endswith("/?done")


def test_customer_goes_back(page: Page, pay_url: str) -> None:
    page.goto(pay_url)
    page.click("#cancel")
    assert page.url.endswith("/?cancelled")


def test_every_page_is_accessible_and_fits(
    page: Page, sandbox: Sandbox, receiver: Receiver, pay_url: str
) -> None:
    send(sandbox, message())
    mail = http.get(f"{sandbox.url}/mailbox/messages.json").json()[0]["id"]
    for path in ("/", "/control", "/mailbox/", f"/mailbox/{mail}", "/nowhere"):
        check(page, sandbox.url + path)
    check(page, pay_url)
    page.click("#pay")
    check(page)
    check(page, f"{pay_url}/authorize?method=alipay")
    http.post(pay_url, data=card("4000002500003155"))
    check(page, f"{pay_url}/confirm")
    http.post(pay_url, data=card())
    check(page, pay_url)


def fill(page: Page, form: dict[str, str]) -> None:
    for name in ("card-number", "card-expiry", "card-cvc", "card-name"):
        page.fill(f"#{name}", form[name])


def check(page: Page, url: str | None = None) -> None:
    """The page, or the one that is open, has no fault that axe can see and no sideways scroll."""
    if url is not None:
        page.goto(url)
    look(page)
