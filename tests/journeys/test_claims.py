"""Claims on a phone, on real processes: decided by the rules, a death with missing papers, a refusal."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import payouts
from tests.journeys.claiming import (
    fill_invoice,
    hand_in,
    incident,
    name_account,
    report,
    send,
    until,
    upload,
    what,
    where,
)
from tests.journeys.claims_office import ask
from tests.journeys.conftest import Site, register
from tests.journeys.staff import sign_in_staff
from tests.looks import look
from tests.people import HOLDER, SPOUSE

Open = Callable[..., Page]
LINK = re.compile(r"http://127\.0\.0\.1:\d+/claims/link/\S+")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_medical_claim_is_decided_by_the_rules(
    site: Site, open_browser: Open, language: str
) -> None:
    page = open_browser("phone", language)
    email = f"medical-{language}@example.com"
    register(page, site, email)
    number = ask(site.running.installation, "policy", "travel-accident", email)
    ref = report(page, number, "accident-medical")
    upload(page, "identity", "medical-records", "invoices")
    page.click("#amounts a")
    fill_invoice(page, ref, "860.50")
    page.fill("#social", "360.50")
    look(page)
    page.click("button[value=save]")
    hand_in(page)
    until(page, "#accept")
    expect(page.locator("#decision + *")).to_contain_text("¥500.00")
    look(page)
    name_account(page)
    expect(page.locator("main")).to_contain_text("**** 0018")
    look(page)
    until(page, "a[href$='.pdf']")
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
    ref = report(page, number, "accidental-disability")
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
