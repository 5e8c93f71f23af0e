"""Claims on a phone, on real processes: decided by the rules, a death with missing papers, a refusal."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from itertools import count

import pytest
from playwright.sync_api import Page, expect

from storefront import clock
from tests.attachments.samples import photo
from tests.journeys import payouts
from tests.journeys.claims_office import ask
from tests.journeys.conftest import Site, register
from tests.journeys.staff import sign_in_staff
from tests.looks import look
from tests.people import HOLDER, SPOUSE

Open = Callable[..., Page]
LINK = re.compile(r"http://127\.0\.0\.1:\d+/claims/link/\S+")
CARD = "6228480402564890018"
HEIGHTS = count()  # the same file in two claims is a flag, and keeps the rules from deciding


def incident() -> date:
    return clock.local_date(clock.now()) - timedelta(days=1)


def what(page: Page, claim_type: str) -> None:
    """The first step."""
    page.check(f"[name=claim_type][value={claim_type}]")
    if page.locator("[name=person]").count():
        page.check("[name=person][value='0']")
    page.fill("#incident_on", incident().isoformat())
    look(page)
    page.click("main form button[type=submit]")


def where(page: Page) -> None:
    page.fill("#place", "虚构市样例路 1 号")
    page.fill("#what", "下楼时摔倒，右手骨折。")
    look(page)
    page.click("main form button[type=submit]")


def send(page: Page) -> str:
    """Checks and sends; gives the claim's reference."""
    look(page)
    page.check("#consent")
    page.click("#send-report")
    page.wait_for_url(re.compile(r"/claims/C\w+$"))
    look(page)
    return page.url.rpartition("/")[2]


def upload(page: Page, *documents: str) -> None:
    """A photo of its own for each document, with the page's own control."""
    for document in documents:
        picture = photo(640, 480 + next(HEIGHTS))
        file = {"name": f"{document}.jpg", "mimeType": "image/jpeg", "buffer": picture}
        page.set_input_files(f"#file-{document}", file)  # type: ignore[arg-type]
        row = page.locator(f"#uploads-{document} [data-state=ready]")
        expect(row).to_be_visible(timeout=30_000)


def hand_in(page: Page) -> None:
    """Everything is said to be there."""
    page.wait_for_url(re.compile(r"/claims/C\w+$"))
    page.reload()
    look(page)
    page.click("#hand-in")


def name_account(page: Page) -> None:
    """Agrees with the decision and says where to pay."""
    page.click("#accept")
    page.fill("#payee", HOLDER.name)
    page.fill("#bank", "示例银行样例支行")
    page.fill("#number", CARD)
    look(page)
    page.check("#consent")
    page.click("#agree")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_medical_claim_is_decided_by_the_rules(
    site: Site, open_browser: Open, language: str
) -> None:
    page = open_browser("phone", language)
    email = f"medical-{language}@example.com"
    register(page, site, email)
    number = ask(site.running.installation, "policy", "travel-accident", email)
    page.goto("/claims/new")
    look(page)
    page.click(f"form:has(input[value='{number}']) button")
    what(page, "accident-medical")
    where(page)
    page.click("main form button[type=submit]")  # name, telephone and mail are there already
    ref = send(page)
    upload(page, "identity", "medical-records", "invoices")
    page.click("#amounts a")
    page.fill("[name=invoices-0-number]", f"2026-{ref}")
    page.fill("[name=invoices-0-issued_on]", incident().isoformat())
    page.fill("[name=invoices-0-amount]", "860.50")
    page.check("[name=settled][value=yes]")
    page.check("[name=cause][value=accident]")
    page.fill("#social", "360.50")
    look(page)
    page.click("button[value=save]")
    hand_in(page)
    _until(page, "#accept")
    expect(page.locator("#decision + *")).to_contain_text("¥500.00")
    look(page)
    name_account(page)
    expect(page.locator("main")).to_contain_text("**** 0018")
    look(page)
    _until(page, "a[href$='.pdf']")
    letter = page.request.get(page.locator("a[href$='.pdf']").get_attribute("href") or "")
    assert letter.body().startswith(b"%PDF-")
    assert any(mail["attachments"] and ref in str(mail["subject"]) for mail in site.mails(email))

    assessor = open_browser("desktop", "en")  # the rules decided; two people let the money go
    sign_in_staff(assessor, site, ["assessor"], "Assessor")
    payouts.ask(assessor, ref)
    finance = open_browser("desktop", "en")
    sign_in_staff(finance, site, ["finance"], "Finance")
    payouts.approve(finance, ref)
    assert payouts.pay(finance, ref) == 500
    page.reload()
    expect(page.locator("h1")).to_contain_text("已结案" if language == "zh" else "closed")
    expect(page.locator("#history + *")).to_contain_text(
        "已付款" if language == "zh" else "The payment was made"
    )
    look(page)


def test_a_beneficiary_reports_a_death_and_brings_the_papers_in_two_goes(
    site: Site, open_browser: Open
) -> None:
    holder = open_browser("phone", "zh")
    register(holder, site, "insured@example.com")
    number = ask(site.running.installation, "policy", "term-life", "insured@example.com")
    page, mail = open_browser("phone", "zh"), "beneficiary@example.com"
    page.goto("/claims/new")
    page.fill("#number", number)
    page.fill("#id_number", HOLDER.id_number)
    page.click("form[action$='/find'] button")
    what(page, "death")
    where(page)
    page.check("[name=role][value=beneficiary]")
    page.fill("#name", SPOUSE.name)
    page.fill("#mobile", SPOUSE.mobile)
    page.fill("#email", mail)
    page.click("main form button[type=submit]")
    ref = send(page)
    upload(page, "identity", "death-certificate")
    page.click("#amounts a")
    page.fill("#occurred_on", incident().isoformat())
    page.check("[name=cause][value=accident]")
    look(page)
    page.click("button[value=save]")
    hand_in(page)
    expect(page.locator("#document-deregistration .state-warn")).to_be_visible()

    again = open_browser("phone", "zh")  # another device, by the link of the mail
    found = LINK.search(" ".join(str(letter["text"]) for letter in site.mails(mail)))
    assert found
    again.goto(found[0])
    upload(again, "deregistration", "medical-records")
    hand_in(again)
    expect(again.locator("#hand-in")).to_have_count(0)
    assert ask(site.running.installation, "approve", ref) == "100000.00"
    again.reload()
    name_account(again)
    expect(again.locator("main")).to_contain_text("**** 0018")
    holder.goto(f"/claims/{ref}")
    expect(holder.locator(".error-status")).to_contain_text("404")


def test_a_refusal_is_objected_to(site: Site, open_browser: Open) -> None:
    page = open_browser("phone", "zh")
    register(page, site, "refused@example.com")
    number = ask(site.running.installation, "policy", "travel-accident", "refused@example.com")
    page.goto("/claims/new")
    page.click(f"form:has(input[value='{number}']) button")
    what(page, "accidental-disability")
    where(page)
    page.click("main form button[type=submit]")
    ref = send(page)
    upload(page, "identity", "disability-report", "accident-proof", "itinerary")
    page.click("#amounts a")
    page.fill("#occurred_on", incident().isoformat())
    page.check("[name=cause][value=accident]")
    page.select_option("#grade", "9")
    page.click("button[value=save]")
    hand_in(page)
    ask(site.running.installation, "decline", ref)
    page.reload()
    look(page)
    expect(page.locator("#accept")).to_have_count(0)
    page.click("#object")
    page.fill("#reasons", "鉴定结论写明是意外造成的。")
    look(page)
    page.click("main form button[type=submit]")
    upload(page, "objection")
    look(page)
    assert float(ask(site.running.installation, "approve", ref)) > 0
    page.reload()
    expect(page.locator("#accept")).to_be_visible()


def _until(page: Page, selector: str) -> None:
    """Reloads until something is there that a job brings."""
    for _ in range(60):
        if page.locator(selector).count():
            return
        page.wait_for_timeout(500)
        page.reload()
    raise AssertionError(f"{selector} did not come")
