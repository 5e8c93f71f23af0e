"""Underwriting in the browser: an offer on other terms, a decline, and a case that a person decides."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.buying import fill_in_people, pay_by_card, quote, read_contract
from tests.journeys.conftest import Site, register
from tests.journeys.staff import sign_in_staff
from tests.journeys.test_buying import GOOD, check_document, receive_policy
from tests.launch.installation import eventually

Open = Callable[[str, str], Page]
PREMIUM = re.compile(r"¥([\d,.]+)")


def submit(page: Page, *yes: str, follow_up: str = "") -> str:
    """Applies for term life, answering some questions with yes; gives the application's reference."""
    quote(page, "term-life")
    fill_in_people(page, "term-life")
    page.wait_for_url("**/clauses")
    ref = page.url.split("/")[-2]
    page.goto(f"/applications/{ref}/health")
    for name in yes:
        page.check(f"[id='{name}-yes']")
    if follow_up:
        page.check(f"[id='{follow_up}-no']")
    page.check("#confirm-health")
    page.click("main button[value=next]")
    read_contract(page)
    page.check("#confirm-summary")
    page.click("#submit-application")
    return ref


def amount(text: str) -> str:
    found = PREMIUM.search(text)
    assert found, text
    return found[1]


def test_a_counter_offer_is_accepted_and_paid_at_its_price(site: Site, open_browser: Open) -> None:
    page = open_browser("phone", "zh")
    register(page, site, "loaded@example.com")
    ref = submit(page, "p0.heavy-smoking", "p0.dangerous-sport")
    page.wait_for_url(f"**/applications/{ref}/offer")
    premium = amount(page.inner_text("#new-premium"))
    assert premium != amount(page.inner_text("#standard-premium"))
    exclusion = page.locator(".reading li").nth(1).inner_text().split("\uff1a", 1)[1]
    mail = eventually(lambda: site.mails("loaded@example.com"))
    assert any(f"/applications/{ref}/offer" in str(item["text"]) for item in mail)
    page.check("#confirm-offer")
    page.click("#accept button")
    expect(page.locator("#special-terms li")).to_have_count(2)
    assert amount(page.inner_text(".price")) == premium
    page.click("#pay-now")
    expect(page.locator("body")).to_contain_text(premium)
    pay_by_card(page, GOOD)
    check_document(receive_policy(page), premium, exclusion)


def test_a_decline_says_why_what_else_fits_and_can_be_appealed(
    site: Site, open_browser: Open
) -> None:
    page = open_browser("desktop", "en")
    register(page, site, "declined-life@example.com")
    ref = submit(page, "p0.tumour")
    expect(page.locator("#reasons")).to_contain_text("Because of the tumour")
    expect(page.locator("#alternatives a")).to_have_attribute("href", "/products/accident-year")
    expect(page.locator("#pay-now")).to_have_count(0)
    page.click("#appeal")
    page.fill("#reason", "The doctors found since that it was harmless.")
    page.click("main form button[type=submit]")
    expect(page.locator(".letter-answer")).to_contain_text("harmless")
    expect(page.locator("input[type=file]").first).to_be_attached()
    page.goto(f"/applications/{ref}")
    expect(page.locator("#appeal")).to_have_count(0)


def test_refer_decide_and_buy(site: Site, open_browser: Open) -> None:
    page = open_browser("desktop", "en")
    register(page, site, "referred@example.com")
    ref = submit(page, "p0.diabetes", follow_up="p0.diabetes-insulin")
    expect(page.locator("#reasons")).to_contain_text("blood sugar")

    desk = open_browser("desktop", "en")
    sign_in_staff(desk, site, ["underwriter"], "Underwriter")
    desk.goto("/staff/underwriting/")
    desk.click(f"a[href='/staff/underwriting/{ref}']")
    desk.get_by_role("button", name="Take").click()
    desk.fill("#question", "Since when do you know of it?")
    desk.get_by_role("button", name="Send the question").click()

    page.goto(f"/applications/{ref}")
    page.click("#answer")
    page.fill("#text", "For three years, without insulin.")
    page.get_by_role("button", name="Send the answer").click()

    desk.goto("/staff/underwriting/")
    expect(desk.locator("tr", has_text=ref)).to_contain_text("New answer")
    desk.goto(f"/staff/underwriting/{ref}")
    expect(desk.locator(".letter-answer")).to_contain_text("without insulin")
    desk.check("#outcome-loaded")
    standard = desk.inner_text("#preview-total")
    desk.fill("#percent-0", "40")
    expect(desk.locator("#preview-total")).not_to_have_text(standard)
    premium = amount(desk.inner_text("#preview-total"))
    desk.fill("#reasons", "Well controlled, guide of the insurer page 12.")
    desk.click("button[value=decide]")
    expect(desk.locator(".timeline")).to_contain_text("Well controlled")

    page.goto(f"/applications/{ref}")
    assert amount(page.inner_text("#new-premium")) == premium
    page.check("#confirm-offer")
    page.click("#accept button")
    page.click("#pay-now")
    pay_by_card(page, GOOD)
    check_document(receive_policy(page), premium)
