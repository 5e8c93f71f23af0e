"""A death cover that the spouse consents to on another device, with two browsers and the mailbox."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.buying import (
    begin_by_day,
    go_on,
    insure,
    name_holder,
    quote,
    read_contract,
    submit,
)
from tests.journeys.conftest import Site, register
from tests.launch.installation import eventually
from tests.people import HOLDER, SPOUSE

Open = Callable[[str, str], Page]
LINK = re.compile(r"http://127\.0\.0\.1:\d+/consent/\S+")
EMAIL = "spouse-consents@example.com"


def up_to_consent(page: Page) -> None:
    """An application of husband and wife, at the step where she has to agree."""
    quote(page, "travel-accident")
    begin_by_day(page)
    name_holder(page)
    page.click("button[value=self]")
    insure(page, "spouse", SPOUSE)
    go_on(page)
    page.wait_for_url("**/consent")


def sent_link(site: Site) -> str:
    """The link in the mail to the insured person."""
    mail = eventually(lambda: site.mails(EMAIL))[0]
    found = LINK.search(str(mail["text"]))
    assert found, mail["text"]
    return found[0]


def test_the_spouse_consents_on_another_device(site: Site, open_browser: Open) -> None:
    page = open_browser("desktop", "zh")
    register(page, site, "husband@example.com")
    up_to_consent(page)
    page.fill("#email-1", EMAIL)
    page.click("button[value='send:1']")
    expect(page.locator("#consent-1")).to_have_attribute("data-standing", "asked")

    phone = open_browser("phone", "zh")
    phone.goto(sent_link(site))
    expect(phone.locator("main")).to_contain_text("200,000.00")
    expect(phone.locator("main")).not_to_contain_text(HOLDER.name)
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    phone.fill("#digits", "0000")
    phone.click("button[value=agree]")
    expect(phone.locator("#digits-error")).to_be_visible()
    phone.fill("#digits", SPOUSE.id_number[-4:])
    phone.click("button[value=agree]")
    expect(phone.locator(".alert-success")).to_be_visible()

    # The waiting page notices by itself.
    expect(page.locator("#consent-1")).to_have_attribute("data-standing", "agreed", timeout=15_000)
    go_on(page)
    read_contract(page)
    submit(page)
    assert eventually(lambda: site.mails("husband@example.com", SPOUSE.name))


def test_the_spouse_scans_a_code_and_refuses(site: Site, open_browser: Open) -> None:
    page = open_browser("phone", "en")
    register(page, site, "wants-too-much@example.com")
    up_to_consent(page)
    page.click("button[value='code:1']")
    expect(page.locator("#consent-code svg")).to_be_visible()
    link = page.locator("#consent-link").get_attribute("href")
    assert link
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    spouse = open_browser("phone", "en")
    spouse.goto(link)
    spouse.fill("#digits", SPOUSE.id_number[-4:])
    spouse.click("button[value=refuse]")
    expect(spouse.locator("main")).to_contain_text("You have refused")
    spouse.goto(link)
    expect(spouse.locator("button[value=agree]")).to_have_count(0)

    page.click("main .btn-primary")
    expect(page.locator("#consent-1")).to_have_attribute("data-standing", "refused")
    expect(page.locator("button[value='send:1']")).to_have_count(0)
    page.click("button[value='remove:1']")
    go_on(page)
    page.wait_for_url("**/clauses")
