"""Companies buy in the browser: an employer with a long list, and a company that insures its data."""

import re
from collections.abc import Callable
from dataclasses import replace

from playwright.sync_api import Page, expect

from tests.attachments import samples
from tests.employees import SEVEN, as_csv, as_workbook, rows, with_seven_faults
from tests.journeys.buying import begin_by_day, confirm, go_on, pay_by_card, read_contract, submit
from tests.journeys.conftest import Site, register
from tests.journeys.test_buying import GOOD, check_document, receive_policy
from tests.looks import look
from tests.people import COMPANY, HOLDER, Company
from tests.plans import SECURE

Open = Callable[..., Page]
EMPLOYEES = 1_000
TOO_LARGE = 26 * 1024 * 1024  # more than the server reads at all
SENT_AND_REFUSED = re.compile("较小|连接")  # the server may answer before it was sent all of it
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Premiums of one company add up (S-11), so that each journey has its own.
EMPLOYER, INSURED, OFFICE = (replace(COMPANY, body=f"91990000MA000010{n}") for n in (1, 2, 3))


def quote(page: Page, code: str, answers: dict[str, str], choices: dict[str, str]) -> None:
    """A kept quote; `choices` are buttons, `answers` are typed or selected."""
    page.goto(f"/quote/{code}")
    for key, value in choices.items():
        page.check(f"#field-{key}-{value}")
    for key, value in answers.items():
        field = page.locator(f"#field-{key}")
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
            field.blur()
    expect(page.locator("#premium")).to_contain_text("¥")
    page.click("button[value=keep]")
    page.wait_for_url("**/quotes/*")


def up_to_the_company(page: Page, company: Company) -> None:
    """The steps before the policyholder, then the company."""
    begin_by_day(page)
    for field, value in company.form().items():
        if field not in ("kind", "authorised"):
            page.fill(f"#{field}", value)
    confirm(page, "authorised")


def upload(page: Page, name: str, data: bytes, kind: str = WORKBOOK) -> None:
    page.locator("#list").wait_for(state="attached")
    page.wait_for_load_state()  # a script shows how far it is; without one the form sends itself
    page.set_input_files("#list", {"name": name, "mimeType": kind, "buffer": data})
    page.click("#upload-list")


def attach(page: Page, *documents: str) -> None:
    """A photo of each document, the business licence for one."""
    for number, code in enumerate(documents):
        picture = samples.photo(640 + number)
        photo = {"name": f"{code}.jpg", "mimeType": "image/jpeg", "buffer": picture}
        page.set_input_files(f"#file-{code}", photo)
        ready = page.locator(f"#uploads-{code} [data-state=ready]")
        expect(ready).to_have_count(1, timeout=60_000)
    go_on(page)


def where_the_money_comes_from(page: Page) -> None:
    """What is asked of a company whose premium is large (S-11)."""
    look(page)
    page.fill("#occupation", "machine parts")
    page.select_option("#source", "business")
    go_on(page)


def finish(page: Page, company: Company, *texts: str) -> None:
    """From the clauses to the policy, which names the company."""
    read_contract(page)
    expect(page.locator("main")).to_contain_text(company.uscc)
    submit(page)
    page.click("#pay-now")
    pay_by_card(page, GOOD)
    check_document(receive_policy(page), company.name, company.uscc, *texts)


def test_an_employer_with_a_thousand_employees_and_seven_faulty_rows(
    site: Site, open_browser: Open
) -> None:
    page = open_browser("desktop", "zh")
    register(page, site, "employer@example.com")
    amounts = {
        "employees": str(EMPLOYEES - 3),
        "limit_per_person": "500000",
        "medical_ratio": "0.1",
        "lost_work_ratio": "0.1",
        "per_event_multiple": "5",
        "aggregate_multiple": "2",
        "medical_deductible": "0",
    }
    choices = {"industry_class": "2", "category": "frontline", "work_injury_insured": "false"}
    quote(page, "employers-liability", amounts, {**choices, "renewal": "new"})
    up_to_the_company(page, EMPLOYER)

    upload(page, "list.csv", b"x" * TOO_LARGE, "text/csv")
    expect(page.locator("#upload-progress [role=status]")).to_have_text(SENT_AND_REFUSED)
    expect(page.locator("#upload-list")).to_be_enabled()
    upload(page, "list.xlsx", as_workbook(with_seven_faults(EMPLOYEES)))
    lines = page.locator(".faults tbody tr")
    expect(lines).to_have_count(len(SEVEN), timeout=20_000)
    for position, (line, column, _) in enumerate(SEVEN):
        expect(lines.nth(position).locator("th")).to_have_text(str(line))
        expect(lines.nth(position).locator("td").first).to_contain_text(f"{column} ·")
    expect(page.locator("#error-summary")).to_be_focused()
    look(page)

    upload(page, "list.xlsx", as_workbook(rows(EMPLOYEES)))
    expect(page.locator("#differences")).to_contain_text("1,000", timeout=20_000)
    expect(page.locator(".faults")).to_have_count(0)
    page.click("button[value=reprice]")
    expect(page.locator(".price-total").first).to_contain_text("765,000.00")
    confirm(page, "employee-data")
    where_the_money_comes_from(page)
    attach(page, "business-licence", "identity-copy")
    finish(page, EMPLOYER, "1,000")
    page.locator(".card-soft a").first.click()
    expect(page.locator("a[href$='employees/list.xlsx']")).to_be_visible()


def test_a_company_insures_its_data_on_a_telephone(site: Site, open_browser: Open) -> None:
    page = open_browser("phone", "en")
    register(page, site, "cyber@example.com")
    amounts = {
        "limit": "1000000",
        "deductible": "1000",
        "per_event_limit": "5000",
        "revenue": "30000000",
        "industry": "it",
    }
    choices = {"renewal": "new", "risk_management": "average", "instalments": "false"}
    quote(page, "cyber-sme", amounts, choices)
    up_to_the_company(page, INSURED)
    here = page.url
    page.goto(here.replace("/object", "/policyholder"))
    look(page)
    page.goto(here)
    page.fill("#domain", "example.com")
    go_on(page)
    expect(page.locator("#backups-restored")).to_be_hidden()
    for code, answer in SECURE.items():
        if answer in ("yes", "no") and code != "controls":
            page.check(f"#{code}-{answer}")
        elif code != "controls":
            page.fill(f"#{code}", answer)
    look(page)
    confirm(page, "controls")
    attach(page, "business-licence")
    finish(page, INSURED, HOLDER.name)


def test_a_list_is_uploaded_without_javascript(site: Site, open_browser: Open) -> None:
    page = open_browser("phone", "zh")
    register(page, site, "plain@example.com")
    context = page.context.browser.new_context(java_script_enabled=False, base_url=site.url)  # type: ignore[union-attr]
    context.add_cookies([{**cookie} for cookie in page.context.cookies()])  # type: ignore[typeddict-item]
    plain = context.new_page()
    plain.goto("/quote/employers-liability")
    for key, value in (
        ("employees", "60"),
        ("limit_per_person", "100000"),
        ("medical_ratio", "0.1"),
        ("lost_work_ratio", "0.1"),
        ("per_event_multiple", "5"),
        ("aggregate_multiple", "2"),
        ("medical_deductible", "0"),
    ):
        plain.fill(f"#field-{key}", value)
    for choice in ("industry_class-2", "category-frontline", "work_injury_insured-false"):
        plain.check(f"#field-{choice}")
    plain.check("#field-renewal-new")
    plain.click("button[value=keep]")
    up_to_the_company(plain, OFFICE)
    upload(plain, "list.csv", as_csv(with_seven_faults(60)), "text/csv")
    expect(plain.locator(".faults tbody tr")).to_have_count(len(SEVEN))
    upload(plain, "list.csv", as_csv(rows(60), "gb18030"), "text/csv")
    confirm(plain, "employee-data")
    expect(plain.locator("#file-business-licence")).to_be_visible()
    context.close()
