"""A visitor asks from the help page; staff answer with a reply kept ready; the conversation goes on."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Site
from tests.journeys.staff import sign_in_staff
from tests.launch.installation import eventually

Open = Callable[[str, str], Page]
WRITER = "asks@example.com"


def letter(site: Site, subject: str) -> str:
    """The link in the mail with this in its subject."""
    mails = eventually(lambda: site.mails(WRITER, subject))
    found = re.search(r"http://127\.0\.0\.1:\d+/support/link/\S+", str(mails[0]["text"]))
    assert found, mails[0]
    return found[0]


def test_a_ticket_is_answered(site: Site, open_browser: Open) -> None:
    visitor = open_browser("phone", "en")
    visitor.goto("/help")
    visitor.get_by_role("link", name="Ask us").click()
    visitor.select_option("#topic", "policy")
    visitor.fill("#subject", "Where is my policy?")
    visitor.fill("#body", "I paid yesterday.")
    visitor.fill("#name", "Example Asker")
    visitor.fill("#email", WRITER)
    visitor.get_by_role("button", name="Send").click()
    expect(visitor.get_by_role("heading", level=1)).to_contain_text("we have received it")

    desk = open_browser("desktop", "en")
    sign_in_staff(desk, site, ["support"])
    desk.goto("/staff/support/")
    desk.get_by_role("row", name=re.compile("Where is my policy")).get_by_role("link").click()
    desk.select_option("#template", "document-again")
    desk.get_by_role("button", name="Put it in").click()
    expect(desk.locator("#body")).to_have_value(re.compile("Dear Example Asker"))
    desk.get_by_role("button", name="Send").click()
    expect(desk.get_by_role("status")).to_contain_text("on its way")

    visitor.goto(letter(site, "Our answer"))
    expect(visitor.locator("main")).to_contain_text("under My policies after logging in")
    visitor.fill("#body", "Found it, thank you.")
    visitor.get_by_role("button", name="Send").click()

    desk.reload()
    expect(desk.locator("main")).to_contain_text("Found it, thank you.")
    desk.get_by_role("button", name="Close the conversation").click()
    expect(desk.locator("h1")).to_contain_text("Conversation closed")
