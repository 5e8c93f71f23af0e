"""A family on one medical policy: each at their own price, one of them with a loading, paid in the end."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.buying import (
    begin,
    confirm,
    first_day,
    go_on,
    insure,
    name_holder,
    pay_by_card,
    read_contract,
)
from tests.journeys.conftest import Site, register
from tests.journeys.test_buying import check_document, receive_policy
from tests.people import HOLDER, SPOUSE, nth_child
from tests.plans import MEDICAL_QUESTIONS

Open = Callable[[str, str], Page]
CHILD = nth_child(170)
FAMILY = (HOLDER, SPOUSE, CHILD)


def quote_for_three(page: Page) -> None:
    """Adds two people to the quote, takes one too many off again, and keeps it."""
    page.goto("/quote/medical-year")
    for number in (2, 3, 4):
        page.click("#add-person")
        expect(page.locator(f"#member-{number}")).to_be_visible()
    page.click("button[value='remove-person:3']")
    expect(page.locator("#member-4")).to_have_count(0)
    for number, somebody in enumerate(FAMILY):
        prefix = "#field-" if number == 0 else f"#field-members-{number - 1}-"
        page.fill(f"{prefix}birth_date", somebody.birth_date.isoformat())
        page.check(f"{prefix}social_insurance-true")
    page.fill("#field-start_date", first_day().isoformat())
    page.check("#field-deductible-10000")
    expect(page.locator("#price-persons")).to_contain_text("¥")
    page.click("button[value=keep]")
    page.wait_for_url("**/quotes/*")


def up_to_health(page: Page) -> None:
    begin(page)
    go_on(page)
    name_holder(page)
    insure(page, "child", CHILD)
    page.click("button[value=self]")
    insure(page, "spouse", SPOUSE)
    confirm(page, "insured-consent", "children-data")
    for number in range(len(FAMILY)):
        page.check(f"[id='p{number}.hospital-no']")
        page.check(f"[id='p{number}.employer-{'yes' if number == 1 else 'no'}']")
    confirm(page, "other-cover")


def test_a_family_with_one_loaded_member(site: Site, open_browser: Open) -> None:
    page = open_browser("phone", "zh")
    register(page, site, "family-medical@example.com")
    quote_for_three(page)
    up_to_health(page)
    for number in range(len(FAMILY)):
        for code in MEDICAL_QUESTIONS:
            answer = "yes" if (number, code) == (2, "asthma") else "no"
            page.check(f"[id='p{number}.{code}-{answer}']")
    confirm(page, "health")
    read_contract(page)
    expect(page.locator(".person-row .amount")).to_have_count(3)
    page.check("#confirm-summary")
    page.click("#submit-application")
    # The counter-offer names whom it is about, and the loaded price.
    expect(page.locator("main")).to_contain_text("20%")
    expect(page.locator("main")).to_contain_text(SPOUSE.name)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.check("#confirm-offer")
    page.click("#accept button[type=submit]")
    page.click("#pay-now")
    pay_by_card(page, "4242 4242 4242 4242")
    text = check_document(receive_policy(page), *(somebody.name for somebody in FAMILY))
    assert len(re.findall(r"\d{4}-\d\d-\d\d", text)) >= len(FAMILY)
