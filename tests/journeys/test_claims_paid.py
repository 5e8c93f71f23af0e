"""From assessing to money: one assessor decides, another looks at the objection, a third person pays."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys import payouts
from tests.journeys.claims_office import ask
from tests.journeys.conftest import Site, register
from tests.journeys.staff import sign_in_staff
from tests.journeys.test_claims import (
    _until,
    hand_in,
    incident,
    name_account,
    send,
    upload,
    what,
    where,
)
from tests.looks import look

Open = Callable[..., Page]


def decide(desk: Page, ref: str, outcome: str, amount: str) -> None:
    """Looks at the letter first, then decides."""
    desk.goto(f"/staff/claims/{ref}")
    look(desk)
    desk.check(f"#outcome-{outcome}")
    desk.fill("#amount-1", amount)
    desk.fill("#wording_zh", "第二张发票与本次事故无关。")
    desk.fill("#wording_en", "The second invoice has nothing to do with this accident.")
    desk.click("button[value=preview]")
    expect(desk.locator("#letter")).to_be_visible()
    look(desk)
    desk.click("#decide button[value=decide]")
    desk.wait_for_url(f"**/staff/claims/{ref}")


def test_assess_object_second_assessor_and_pay_with_four_eyes(
    site: Site, open_browser: Open
) -> None:
    page = open_browser("phone", "zh")
    register(page, site, "paid@example.com")
    number = ask(site.running.installation, "policy", "travel-accident", "paid@example.com")
    page.goto("/claims/new")
    page.click(f"form:has(input[value='{number}']) button")
    what(page, "accident-medical")
    where(page)
    page.click("main form button[type=submit]")
    ref = send(page)
    upload(page, "identity", "medical-records", "invoices")
    page.click("#amounts a")
    page.fill("[name=invoices-0-number]", f"2026-{ref}")
    page.fill("[name=invoices-0-issued_on]", incident().isoformat())
    page.fill("[name=invoices-0-amount]", "7000")
    page.check("[name=settled][value=yes]")
    page.check("[name=cause][value=accident]")
    page.click("button[value=save]")
    hand_in(page)

    first = open_browser("desktop", "en")
    sign_in_staff(first, site, ["assessor"], "First")
    first.goto("/staff/claims/")
    look(first)
    first.goto(f"/staff/claims/{ref}")
    _until(first, "#keep-facts")
    _until(first, "#decide")
    first.fill("#h1-paid_by_others", "1000")
    expect(first.locator("#payable")).to_contain_text("¥6,000.00")
    first.click("#keep-facts")
    first.wait_for_url(f"**/staff/claims/{ref}")
    decide(first, ref, "partly_approved", "5000")

    page.goto(f"/claims/{ref}")
    page.click("#object")
    page.fill("#reasons", "两张发票都是这次事故的。")
    page.click("main form button[type=submit]")
    first.goto(f"/staff/claims/{ref}")
    expect(first.locator("#decide")).to_have_count(0)

    second = open_browser("desktop", "en")
    sign_in_staff(second, site, ["assessor"], "Second")
    decide(second, ref, "approved", "6000")
    page.goto(f"/claims/{ref}")
    name_account(page)

    payouts.ask(second, ref)
    finance = open_browser("desktop", "en")
    sign_in_staff(finance, site, ["finance"], "Finance")
    payouts.approve(finance, ref)
    finance.goto("/staff/bank/")
    finance.get_by_role("button", name="Make the file").click()
    address = finance.locator("a[href$='.csv']").first.get_attribute("href") or ""
    sent = finance.request.get(address).text().splitlines()
    orders = [line.split(",") for line in sent if line.startswith("D,")]
    assert sum(float(order[6]) for order in orders) == 6000
    lines = [f"L,KEY-{order[2]},{order[2]},{order[6]},PAID," for order in orders]
    back = "\r\n".join([f"H,RETURN-1,{len(lines)}", *lines, f"T,{len(lines)},6000.00", ""])
    for expected in (f"Paid {len(lines)}", "taken in before", "taken in before"):
        file = {"name": "back.csv", "mimeType": "text/csv", "buffer": back.encode()}
        finance.set_input_files("#file", file)  # type: ignore[arg-type]
        finance.click("#take-in")
        expect(finance.locator("[role=status]").first).to_contain_text(expected)
    look(finance)
    second.goto(f"/staff/claims/{ref}/money")
    look(second)
    second.goto(f"/staff/claims/{ref}/course")
    look(second)
    page.goto(f"/claims/{ref}")
    expect(page.locator("h1")).to_contain_text("已结案")
    look(page)
