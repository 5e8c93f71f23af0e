"""From assessing to money: one assessor decides, another looks at the objection, a third person pays."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys import payouts
from tests.journeys.claiming import (
    decide,
    fill_invoice,
    hand_in,
    name_account,
    report,
    until,
    upload,
)
from tests.journeys.claims_office import ask
from tests.journeys.conftest import Site, register
from tests.journeys.staff import sign_in_staff
from tests.looks import look

Open = Callable[..., Page]
WORDS = {
    "wording_zh": "第二张发票与本次事故无关。",
    "wording_en": "The second invoice has nothing to do with this accident.",
}


def test_assess_object_second_assessor_and_pay_with_four_eyes(
    site: Site, open_browser: Open
) -> None:
    page = open_browser("phone", "zh")
    register(page, site, "paid@example.com")
    number = ask(site.running.installation, "policy", "travel-accident", "paid@example.com")
    ref = report(page, number, "accident-medical")
    upload(page, "identity", "medical-records", "invoices")
    page.click("#amounts a")
    fill_invoice(page, ref, "7000")
    page.click("button[value=save]")
    hand_in(page)

    first = open_browser("desktop", "en")
    sign_in_staff(first, site, ["assessor"], "First")
    first.goto("/staff/claims/")
    look(first)
    first.goto(f"/staff/claims/{ref}")
    until(first, "#keep-facts")
    until(first, "#decide")
    first.fill("#h1-paid_by_others", "1000")
    expect(first.locator("#payable")).to_contain_text("¥6,000.00")
    first.click("#keep-facts")
    first.wait_for_url(f"**/staff/claims/{ref}")
    decide(first, ref, "partly_approved", {1: "5000"}, WORDS)

    page.goto(f"/claims/{ref}")
    page.click("#object")
    page.fill("#reasons", "两张发票都是这次事故的。")
    page.click("main form button[type=submit]")
    first.goto(f"/staff/claims/{ref}")
    expect(first.locator("#decide")).to_have_count(0)

    second = open_browser("desktop", "en")
    sign_in_staff(second, site, ["assessor"], "Second")
    decide(second, ref, "approved", {1: "6000"})
    page.goto(f"/claims/{ref}")
    name_account(page)

    payouts.ask(second, ref)
    finance = open_browser("desktop", "en")
    sign_in_staff(finance, site, ["finance"], "Finance")
    payouts.approve(finance, ref)
    orders = payouts.send_file(finance)
    assert payouts.total_of(orders, ref) == 6000
    for expected in (f"Paid {len(orders)}", "taken in before", "taken in before"):
        payouts.take_in(finance, orders, ref)
        expect(finance.locator("[role=status]").first).to_contain_text(expected)
    look(finance)
    second.goto(f"/staff/claims/{ref}/money")
    look(second)
    second.goto(f"/staff/claims/{ref}/course")
    look(second)
    page.goto(f"/claims/{ref}")
    expect(page.locator("h1")).to_contain_text("已结案")
    look(page)
