"""The desk in a real browser: signing in, the keyboard, every page accessible, in both sizes."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from storefront.roles import ROLES
from tests.journeys.conftest import Site
from tests.journeys.staff import accept_invitation, sign_in_staff
from tests.journeys.test_accessibility import look_at
from tests.looks import look

PAGES = (
    "/staff/work", "/staff/team", "/staff/team/work", "/staff/account", "/staff/approvals",
    "/staff/members", "/staff/members/1", "/staff/members/invite", "/staff/audit", "/staff/audit/1",
    "/staff/jobs", "/staff/payments/held", "/staff/payments/refunds", "/staff/evidence/",
    "/staff/evidence/faults/",
)  # fmt: skip


@pytest.mark.parametrize(
    "look_of", [("phone", "zh", "light"), ("desktop", "en", "dark"), ("desktop", "zh", "light")]
)
def test_every_page_of_the_desk(
    site: Site, open_browser: Callable[..., Page], look_of: tuple[str, str, str]
) -> None:
    page = open_browser(*look_of)
    look_at(page, "/staff/login")

    sign_in_staff(page, site, ROLES, look_at=look)

    look(page)
    look_at(page, *PAGES)


def test_the_keyboard_leads_everywhere(site: Site, open_browser: Callable[..., Page]) -> None:
    page = open_browser("desktop", "en")
    sign_in_staff(page, site, ROLES)

    page.keyboard.press("?")
    expect(page.locator("#shortcuts")).to_be_visible()
    look(page)
    page.keyboard.press("Escape")
    expect(page.locator("#shortcuts")).to_be_hidden()
    page.keyboard.press("g")
    page.keyboard.press("m")
    page.wait_for_url("**/staff/members")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    first = page.locator("[data-row] a").first
    expect(first).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/staff/members/\d+$"))
    page.focus("#reason")
    page.keyboard.type("gh")  # in a field these are letters
    expect(page.locator("#reason")).to_have_value("gh")


def test_somebody_is_invited_by_mail_and_gets_roles_from_two_people(
    site: Site, open_browser: Callable[..., Page]
) -> None:
    asking, deciding, invited = (open_browser("desktop", "en") for _ in range(3))
    sign_in_staff(asking, site, ["administrator"], name="Asking")
    sign_in_staff(deciding, site, ["administrator"], name="Deciding")
    email = "invited@agency.example.com"

    asking.goto("/staff/members/invite")
    asking.fill("#name", "Invited")
    asking.fill("#email", email)
    asking.check("input[value=support]")
    asking.fill("#reason", "Starts on Monday")
    asking.click("main form button[type=submit]")
    accept_invitation(invited, site, email)
    expect(invited.locator(".desk-nav")).not_to_contain_text("Payments")
    deciding.goto("/staff/approvals")
    deciding.get_by_role("row").filter(has_text="Asking").get_by_role("link").click()
    deciding.get_by_role("button", name="Approve").click()

    expect(deciding.locator("main h1")).to_contain_text("Approved")
    invited.goto("/staff/")
    expect(invited.locator(".desk-nav")).to_contain_text("Payments")
