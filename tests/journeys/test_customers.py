"""A customer asks by letter for an end: found by part of the name, unmasked for a reason, closed with a report."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.conftest import PASSWORD, Site, register
from tests.journeys.staff import sign_in_staff
from tests.launch.installation import eventually
from tests.people import HOLDER

Open = Callable[[str, str], Page]
FAMILY_NAME = "\u8bf8\u845b"
NAME = FAMILY_NAME + "\u793a\u4f8b"
MOBILE = "13912340987"


def test_a_customer_closed(site: Site, open_browser: Open) -> None:
    email = "closing@example.com"
    page = open_browser("phone", "zh")
    register(page, site, email)
    page.goto("/account/profile")
    page.fill("#name", NAME)
    page.fill("#mobile", MOBILE)
    page.fill("#id_number", HOLDER.id_number)
    page.check("#consent")
    page.click("main form button[type=submit]")

    desk = open_browser("desktop", "en")
    sign_in_staff(desk, site, ["compliance"], "Compliance")
    desk.keyboard.press("Control+K")
    expect(desk.locator("#desk-search")).to_be_focused()
    desk.keyboard.type(FAMILY_NAME)
    desk.locator("#desk-found").get_by_role("link", name=NAME).click()

    expect(desk.locator("h1")).to_have_text(NAME)
    expect(desk.locator("main")).not_to_contain_text(MOBILE)
    desk.fill("#reason", "Compared with the letter")
    desk.get_by_role("button", name="Show, and record it").click()
    expect(desk.locator("main")).to_contain_text(MOBILE)
    expect(desk.locator("main")).to_contain_text(HOLDER.id_number)

    desk.get_by_role("link", name="Close the account").click()
    expect(desk.locator("main")).to_contain_text("What is kept")
    desk.fill("#reason", "Asked by letter")
    desk.check("#understood")
    desk.get_by_role("button", name="Close the account for good").click()
    expect(desk.locator("h1")).to_have_text("The account is closed")
    expect(desk.locator("main")).to_contain_text("Record of your consents")

    eventually(lambda: len(site.mails(email)) == 2)
    page.goto("/account/profile")
    page.wait_for_url("**/account/login?**")
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    page.click("main form button[type=submit]")
    expect(page.locator("#error-summary")).to_be_visible()
    desk.keyboard.press("Control+K")
    desk.keyboard.type(FAMILY_NAME)
    expect(desk.locator("#desk-found")).to_contain_text("Nothing was found")
