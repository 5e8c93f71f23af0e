"""A minor at the limit: the first policy fills it, the second application is told what is left (S-06)."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.buying import (
    begin_by_day,
    confirm,
    fill_travel,
    go_on,
    insure,
    name_holder,
    pay_by_card,
    read_contract,
    submit,
)
from tests.journeys.conftest import Site, register
from tests.people import Somebody, nth_child

Open = Callable[[str, str], Page]
CHILD = nth_child(150)


def up_to_people(page: Page, child: Somebody, death: str) -> None:
    """An application for a journey of a child alone, with its people entered."""
    page.goto("/quote/travel-accident")
    fill_travel(page)
    page.fill("#field-persons", "1")
    page.fill("#field-death", death)
    page.fill("#field-disability", "10000")
    page.locator("#field-disability").blur()
    expect(page.locator("#premium")).to_contain_text("¥")
    page.click("button[value=keep]")
    begin_by_day(page)
    name_holder(page)
    insure(page, "child", child)


def apply(page: Page) -> None:
    page.fill("#elsewhere-0", "0")
    confirm(page, "children-data")
    read_contract(page)
    submit(page)


@pytest.mark.rule("S-06")
def test_a_minor_at_the_limit(site: Site, open_browser: Open) -> None:
    page = open_browser("phone", "zh")
    register(page, site, "minor-at-the-limit@example.com")
    up_to_people(page, CHILD, "150000")
    expect(page.locator("#insured-list")).to_contain_text("200,000.00")
    apply(page)
    page.click("#pay-now")
    pay_by_card(page, "4242 4242 4242 4242")
    expect(page.locator("[data-stage=settled]")).to_be_visible(timeout=20_000)

    up_to_people(page, CHILD, "60000")
    expect(page.locator("#insured-list")).to_contain_text("50,000.00")
    page.fill("#elsewhere-0", "0")
    page.check("#confirm-children-data")
    go_on(page)
    expect(page.locator("#error-summary")).to_contain_text("50,000.00")

    page.goto(page.url.replace("/insured", "/cover"))
    page.fill("#field-death", "50000")
    go_on(page)
    page.goto(page.url.rpartition("/")[0] + "/insured")
    apply(page)
