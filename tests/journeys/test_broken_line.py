"""What the pages ask for behind them while the line is broken: asked again, and told when that is lost too."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.buying import fill_travel
from tests.looks import look


def quoted(open_browser: Callable[..., Page]) -> Page:
    """The form of a quote with its price."""
    page = open_browser("phone", "zh")
    page.goto("/quote/travel-accident")
    fill_travel(page)
    price_of(page, persons=1)
    return page


def price_of(page: Page, persons: int) -> str:
    """Changes for how many the price is, and gives the new one."""
    before = page.inner_text("#price")
    ask_for(page, persons)
    expect(page.locator("#price")).not_to_have_text(before)
    expect(page.locator("#premium")).to_contain_text("¥")
    return page.inner_text("#premium")


def ask_for(page: Page, persons: int) -> None:
    page.fill("#field-persons", str(persons))
    page.locator("#field-persons").blur()


def test_a_question_lost_once_is_asked_again(open_browser: Callable[..., Page]) -> None:
    page = quoted(open_browser)
    before = page.inner_text("#premium")
    page.context.set_offline(True)
    with page.expect_event("requestfailed"):
        ask_for(page, 3)
    page.context.set_offline(False)

    expect(page.locator("#premium")).not_to_have_text(before)
    expect(page.locator(".no-answer")).to_have_count(0)


def test_a_price_that_is_out_of_date_looks_so_until_the_line_is_back(
    open_browser: Callable[..., Page],
) -> None:
    page = quoted(open_browser)
    of_two = price_of(page, persons=2)
    page.context.set_offline(True)
    ask_for(page, 3)
    notice = page.get_by_role("alert").filter(has=page.get_by_role("button"))
    expect(notice).to_be_visible()
    expect(page.locator("#price.out-of-date")).to_contain_text(of_two)

    notice.get_by_role("button").click()
    expect(notice).to_be_visible()  # still no line

    page.context.set_offline(False)
    notice.get_by_role("button").click()
    expect(notice).to_have_count(0)
    expect(page.locator("#premium")).not_to_have_text(of_two)
    expect(page.locator(".out-of-date")).to_have_count(0)
    look(page)
