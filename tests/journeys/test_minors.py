"""A minor at the limit: the first policy fills it, the second application is told what is left (S-06)."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from storefront import clock
from tests.journeys.buying import confirm, fill_travel, go_on, pay_by_card
from tests.journeys.conftest import Site, register
from tests.people import ADDRESS, HOLDER, Somebody, nth_child

Open = Callable[[str, str], Page]
CHILD = nth_child(150)


def start() -> date:
    return clock.local_date(clock.now()) + timedelta(days=10)


def up_to_people(page: Page, child: Somebody, death: str) -> None:
    """An application for a journey of a child alone, with its people entered."""
    page.goto("/quote/travel-accident")
    fill_travel(page, start())
    page.fill("#field-persons", "1")
    page.fill("#field-death", death)
    page.fill("#field-disability", "10000")
    page.locator("#field-disability").blur()
    expect(page.locator("#premium")).to_contain_text("¥")
    page.click("button[value=keep]")
    page.click("#apply")
    confirm(page, "notice")
    confirm(page, "sensitive-data", "passing-on")
    page.fill("#start_date", start().isoformat())
    go_on(page)
    page.fill("#name", HOLDER.name)
    page.fill("#id_number", HOLDER.id_number)
    page.fill("#mobile", HOLDER.mobile)
    page.fill("#address", ADDRESS)
    go_on(page)
    page.click(".new-person > summary")
    page.check("#relation input[value=child]")
    page.fill("#name", child.name)
    page.fill("#id_number", child.id_number)
    page.click("button[value=add]")


def submit(page: Page) -> None:
    page.fill("#elsewhere-0", "0")
    confirm(page, "children-data")
    confirm(page, "clauses")
    confirm(page, "exclusions")
    page.check("#confirm-summary")
    page.click("#submit-application")
    expect(page.locator("#pay-now")).to_be_visible()


@pytest.mark.rule("S-06")
def test_a_minor_at_the_limit(site: Site, open_browser: Open) -> None:
    page = open_browser("phone", "zh")
    register(page, site, "minor-at-the-limit@example.com")
    up_to_people(page, CHILD, "150000")
    expect(page.locator("#insured-list")).to_contain_text("200,000.00")
    submit(page)
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
    submit(page)
