"""A cyber claim with six heads: survey, measures, reserves, a decision in part, an objection, an advance."""

import re
from collections.abc import Callable
from decimal import Decimal

from playwright.sync_api import Page, expect

from storefront import clock
from tests.attachments import samples
from tests.journeys import payouts
from tests.journeys.claiming import (
    decide,
    fill_in_account,
    hand_in,
    incident,
    name_account,
    send,
    until,
    upload,
    what,
)
from tests.journeys.claims_office import ask
from tests.journeys.conftest import Site, register
from tests.journeys.staff import sign_in_staff
from tests.looks import look
from tests.people import COMPANY, HOLDER

Open = Callable[..., Page]
CLAIMED = {0: "100000", 1: "60000", 2: "50000", 3: "200000", 4: "90000"}
WORDS = {
    "clause": "7",
    "wording_zh": "赎金支付之前没有取得书面同意。",
    "wording_en": "There was no written consent before the ransom was paid.",
}
DECIDED = {1: "80000", 2: "40000", 3: "30000", 4: "180000", 5: "0", 6: "40000"}
"""Each less its deductible of 20,000, the interruption less 5 of 9 days of 10,000; no ransom."""


def report(page: Page, number: str) -> str:
    """What happened, on the phone; gives the claim's reference."""
    page.goto("/claims/new")
    page.click(f"form:has(input[value='{number}']) button")
    what(page, "costs")
    page.fill("#place", "订单系统和文件服务器")
    page.fill("#what", "服务器文件被加密，屏幕出现勒索信息，订单无法处理。")
    look(page)
    page.click("main form button[type=submit]")
    page.fill("#name", HOLDER.name)
    page.fill("#mobile", HOLDER.mobile)
    look(page)
    page.click("main form button[type=submit]")
    return send(page)


def hand_in_costs(page: Page) -> None:
    """Papers and amounts of five heads."""
    upload(page, "licence", "event-report", "expert-report", "invoices")
    page.click("#amounts a")
    for place, amount in CLAIMED.items():
        page.fill(f"#heads-{place}-amount", amount)
    look(page)
    page.click("button[value=save]")
    hand_in(page)


def survey(desk: Page, ref: str) -> None:
    """Names the adjuster; writes the survey down and adds its report."""
    today = clock.local_date(clock.now()).isoformat()
    notes = (
        ("adjuster", "示例公估师", "Looks into the whole event."),
        ("survey", "Example Surveyors", "No copy of the backups was kept apart."),
        ("measures", "Example Surveyors", "The answer about offline copies was wrong."),
    )
    for kind, by_whom, text in notes:
        desk.goto(f"/staff/claims/{ref}/course")
        desk.select_option("#kind", kind)
        desk.fill("#on_day", today)
        desk.fill("#by_whom", by_whom)
        desk.fill("#text", text)
        desk.click("main form:has(#text) button[type=submit]")
        desk.wait_for_url("**/course")
    note = desk.locator("main ol.timeline > li").filter(has_text="No copy of the backups")
    note.locator("summary").click()
    file = {"name": "survey.pdf", "mimeType": "application/pdf", "buffer": samples.pdf()}
    note.locator("input[type=file]").first.set_input_files(file)  # type: ignore[arg-type]
    expect(note.locator("[data-state=ready]")).to_be_visible(timeout=30_000)
    desk.reload()
    look(desk)
    expect(desk.locator("main")).to_contain_text("survey.pdf")
    expect(desk.locator("main")).to_contain_text(re.compile(r"[0-9a-f]{64}"))


def leaf_through(desk: Page, ref: str) -> None:
    """Every paper beside the facts, by the keyboard; the last is the report, in the browser's viewer."""
    desk.goto(f"/staff/claims/{ref}/papers")
    look(desk)
    for _ in range(4):
        desk.focus("[rel=next]")
        desk.keyboard.press("Enter")
        desk.wait_for_url("**/papers?file=*")
        desk.wait_for_load_state()
    expect(desk.locator("[rel=next]")).to_have_count(0)
    expect(desk.locator("iframe[title='survey.pdf']")).to_be_visible()
    look(desk)


def find_out(desk: Page, ref: str) -> None:
    """The sixth head, what was found of each, and the measures beside what was stated."""
    desk.goto(f"/staff/claims/{ref}")
    until(desk, "#keep-facts")
    look(desk)
    desk.click("#heads summary")
    desk.check("#cover-business-interruption")
    desk.click("#add-heads")
    desk.fill("#h6-claimed", "90000")
    desk.fill("#h6-days", "9")
    desk.fill("#h6-daily", "10000")
    desk.fill("#h2-occurred_on", incident().isoformat())
    desk.fill("#public_on", incident().isoformat())
    desk.select_option("#h5-consent", "no")
    desk.select_option("#cause", "other")
    desk.fill("#event", "Ransomware of November")
    desk.click("#measures summary")
    row = desk.locator("#measures tr").filter(has=desk.locator("#control-backups-offline"))
    expect(row).to_contain_text("Yes")
    desk.select_option("#control-backups-offline", "no")
    expect(desk.locator("#figures")).to_contain_text("differs from the answer in the application")
    look(desk)
    desk.click("#keep-facts")
    desk.wait_for_url(f"**/staff/claims/{ref}")
    expect(desk.locator("#payable")).to_contain_text("¥370,000.00")


def set_reserves(desk: Page, ref: str) -> None:
    """One for each head, each with its reason and its history."""
    for position, amount in DECIDED.items():
        desk.goto(f"/staff/claims/{ref}/money")
        desk.fill(f"#amount-{position}", amount if amount != "0" else "90000")
        desk.fill(f"#why-{position}", f"After the survey, head {position}")
        desk.click(f"form:has(#amount-{position}) button")
        desk.wait_for_url("**/money")
    look(desk)
    expect(desk.locator("main")).to_contain_text("After the survey, head 6")
    expect(desk.get_by_text("set at the report")).to_have_count(5)


def test_six_heads_from_the_report_to_the_last_payment(site: Site, open_browser: Open) -> None:
    page = open_browser("phone", "zh")
    email = "six-heads@example.com"
    register(page, site, email)
    ref = report(page, ask(site.running.installation, "policy", "cyber-business", email))
    hand_in_costs(page)

    first = open_browser("desktop", "en")
    sign_in_staff(first, site, ["assessor"], "First")
    survey(first, ref)
    leaf_through(first, ref)
    find_out(first, ref)
    set_reserves(first, ref)
    page.goto(f"/claims/{ref}")
    expect(page.locator("main")).to_contain_text("示例公估师")
    decide(first, ref, "partly_approved", DECIDED, WORDS)

    page.reload()
    look(page)
    expect(page.locator("#decision + *")).to_contain_text("¥370,000.00")
    expect(page.locator("main")).to_contain_text("剩余限额：¥500,000.00")
    page.click("#object")
    page.fill("#reasons", "支付之前已经取得邮件同意，见附件。")
    page.click("main form button[type=submit]")
    upload(page, "objection")
    page.reload()
    look(page)
    page.click(".alert a[href$='/account']")
    fill_in_account(page, COMPANY.name)
    expect(page.locator("main")).to_contain_text("**** 0018")

    finance = open_browser("desktop", "en")
    sign_in_staff(finance, site, ["finance"], "Finance")
    payouts.approve(finance, ref)
    assert payouts.pay(finance, ref) == Decimal(370_000)
    first.goto(f"/staff/claims/{ref}")
    expect(first.locator("#decide")).to_have_count(0)

    second = open_browser("desktop", "en")
    sign_in_staff(second, site, ["assessor"], "Second")
    second.goto(f"/staff/claims/{ref}")
    second.select_option("#h5-consent", "yes")
    second.click("#keep-facts")
    second.wait_for_url(f"**/staff/claims/{ref}")
    expect(second.locator("#payable")).to_contain_text("¥440,000.00")
    decide(second, ref, "approved", {**DECIDED, 5: "70000"})
    second.goto(f"/staff/claims/{ref}/course")
    look(second)

    page.goto(f"/claims/{ref}")
    expect(page.locator("#decision + *")).to_contain_text("¥440,000.00")
    name_account(page, COMPANY.name)
    payouts.approve(finance, ref)
    assert payouts.pay(finance, ref) == Decimal(70_000)
    page.goto(f"/claims/{ref}")
    expect(page.locator("h1")).to_contain_text("已结案")
    look(page)
