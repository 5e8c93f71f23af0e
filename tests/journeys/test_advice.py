"""A person asks for advice first: without an account, then into an application that fits, and one that does not."""

from collections.abc import Callable, Mapping

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.buying import begin, confirm, first_day, go_on
from tests.journeys.conftest import Site, register
from tests.looks import look

CHOICES = {
    "sex": "M",
    "depended_on": "true",
    "children": "1",
    "social_insurance": "true",
    "medical_cover": "true",
    "trip": "false",
    "vehicle": "none",
    "company": "false",
}
FIGURES = {
    "birth_date": "1990-06-15",
    "child_1": "8",
    "income": "200000",
    "years": "15",
    "debts": "600000",
    "savings": "200000",
    "budget": "1000",
}


def ask(page: Page, **changes: str) -> None:
    """Answers all questions and opens the result."""
    page.goto("/")
    page.locator(".site-nav a[href='/advice']").click()
    answer(page, CHOICES, FIGURES | changes)
    page.click("main button[type=submit]")
    page.wait_for_url("**/advice/N*")


def answer(page: Page, choices: Mapping[str, str], figures: Mapping[str, str]) -> None:
    """Ticks and types; a question that depends on another appears by itself."""
    for name, value in choices.items():
        page.check(f"#field-{name}-{value}")
    for name, value in figures.items():
        page.fill(f"#field-{name}", value)


@pytest.mark.rule("N-01")
def test_from_the_advice_to_an_application_that_fits(
    site: Site, open_browser: Callable[..., Page]
) -> None:
    page = open_browser("phone", "zh")
    page.goto("/advice")
    look(page)
    ask(page)
    look(page)
    link = page.locator("a[href^='/quote/term-life?']").get_attribute("href") or ""
    register(page, site, "advised@example.com")
    page.goto(link)
    page.fill("#field-start_date", first_day().isoformat())
    page.click("button[value=keep]")
    begin(page)
    expect(page.locator("main .notice")).to_have_count(0)
    go_on(page)
    page.wait_for_url("**/cover")
    go_on(page)
    page.wait_for_url("**/policyholder")


@pytest.mark.rule("N-02")
def test_against_advice_only_by_a_statement_of_its_own(
    site: Site, open_browser: Callable[..., Page]
) -> None:
    page = open_browser("desktop", "en", "dark")
    register(page, site, "stubborn@example.com")
    ask(page, budget="100")
    look(page)
    page.goto(
        "/quote/term-life?birth_date=1990-06-15&sex=M&sum_insured=3000000&term_years=30"
        f"&pay_years=30&start_date={first_day().isoformat()}"
    )
    page.click("button[value=keep]")
    begin(page)
    expect(page.locator("main .notice")).to_contain_text(
        "above the \u00a51,200 that you can afford"
    )
    go_on(page)
    go_on(page)
    page.wait_for_url("**/own-will")
    look(page)
    go_on(page)
    expect(page.locator("#error-summary")).to_be_visible()
    confirm(page, "own-will")
    page.wait_for_url("**/policyholder")


def test_the_questions_work_without_scripts(site: Site, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=site.url)
    page = context.new_page()
    page.goto("/advice")
    later = ("child_1", "years")
    answer(page, CHOICES, {key: text for key, text in FIGURES.items() if key not in later})
    page.click("main button[type=submit]")
    expect(page.locator("#error-summary li")).to_have_count(len(later))
    answer(page, {}, {key: FIGURES[key] for key in later})
    page.click("main button[type=submit]")
    page.wait_for_url("**/advice/N*")
    context.close()
