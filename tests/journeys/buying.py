"""A person in a browser who buys: every click that a customer makes, from the product to the policy."""

from datetime import date
from itertools import count

from playwright.sync_api import Page, expect

from tests.people import ADDRESS, HOLDER, nth_child
from tests.plans import FAMILY
from tests.visitor import HEALTHY, VEHICLE

CHILDREN = count()
"""One site sells to all journeys, and a child's death cover is limited over all of them (S-06)."""
NO_QUESTIONS = [name for name, value in HEALTHY.items() if value == "no"]


def fill_travel(page: Page, start: date) -> None:
    """The quote of a week for two."""
    page.fill("#field-persons", "2")
    page.fill("#field-days", "7")
    page.fill("#field-death", "200000")
    page.fill("#field-disability", "200000")
    page.fill("#field-medical", "12000")
    page.locator("#field-medical").blur()
    page.check("#field-social_insurance-true")
    page.select_option("#field-medical_deductible", "0")


def fill_life(page: Page, start: date) -> None:
    """The quote of twenty years of term life."""
    page.fill("#field-birth_date", HOLDER.birth_date.isoformat())
    page.check(f"#field-sex-{HOLDER.sex}")
    page.fill("#field-start_date", start.isoformat())
    page.fill("#field-sum_insured", "100000")
    page.check("#field-term_years-20")
    page.check("#field-pay_years-20")


def fill_motor(page: Page, start: date) -> None:
    """The quote of a private car."""
    page.select_option("#field-vehicle_class", "MC01")
    page.select_option("#field-float_code", "3")


FILL = {"travel-accident": fill_travel, "term-life": fill_life, "motor-compulsory": fill_motor}


def quote(page: Page, code: str, start: date, like: str = "") -> None:
    """From the product page to a kept quote; the price appears without a click.

    `like` names the product whose questions this one shares.
    """
    page.goto(f"/products/{code}")
    page.locator(f"a[href='/quote/{code}']").first.click()
    FILL[like or code](page, start)
    expect(page.locator("#premium")).to_contain_text("¥")
    page.click("button[value=keep]")
    page.wait_for_url("**/quotes/*")


def confirm(page: Page, *statements: str) -> None:
    """Ticks statements and goes on."""
    for kind in statements:
        expect(page.locator(f"#confirm-{kind}")).not_to_be_checked()
        page.check(f"#confirm-{kind}")
    go_on(page)


def go_on(page: Page) -> None:
    """The main button of a step."""
    page.click("main button[value=next]:not([aria-hidden])")


def apply(page: Page, code: str, start: date, like: str = "") -> None:
    """All steps of the application to the accepted state."""
    fill_in(page, code, start, like)
    submit(page)


def submit(page: Page) -> None:
    """The last confirmation."""
    page.check("#confirm-summary")
    page.click("#submit-application")
    expect(page.locator("#pay-now")).to_be_visible()


def fill_in(page: Page, code: str, start: date, like: str = "") -> None:
    """All steps up to the summary."""
    fill_in_people(page, code, start, like)
    confirm(page, "clauses")
    confirm(page, "exclusions")
    page.wait_for_url("**/summary")


def fill_in_people(page: Page, code: str, start: date, like: str = "") -> None:
    """The steps up to those about people, the insured object and their health."""
    page.click("#apply")
    confirm(page, "notice")
    confirm(page, "sensitive-data", "passing-on")
    if code == "term-life":
        _needs_and_means(page)
    else:
        page.fill("#start_date", start.isoformat())
    go_on(page)
    page.fill("#name", HOLDER.name)
    page.fill("#id_number", HOLDER.id_number)
    page.fill("#mobile", HOLDER.mobile)
    page.fill("#address", ADDRESS)
    go_on(page)
    PEOPLE[like or code](page)


def _needs_and_means(page: Page) -> None:
    """A family with one child, assessed inside the application."""
    page.check("#field-depended_on-true")
    page.check("#field-children-1")
    for name in ("child_1", "income", "years", "budget"):
        page.fill(f"#field-{name}", FAMILY[name])
    page.click("button[value=assess]")
    go_on(page)


def _travellers(page: Page) -> None:
    page.click("button[value=self]")
    page.click(".new-person > summary")
    page.check("#relation input[value=child]")
    child = nth_child(next(CHILDREN))
    page.fill("#name", child.name)
    page.fill("#id_number", child.id_number)
    page.click("button[value=add]")
    page.fill("#elsewhere-1", "0")
    confirm(page, "children-data")


def _life(page: Page) -> None:
    page.click("button[value=self]")
    go_on(page)
    page.check("#kind-statutory")
    go_on(page)
    page.fill("[id='p0.height-cm']", "175")
    page.fill("[id='p0.weight-kg']", "70")
    for name in NO_QUESTIONS:
        page.check(f"[id='{name}-no']")
    confirm(page, "health")


def _vehicle(page: Page) -> None:
    for name, value in VEHICLE.items():
        page.fill(f"#{name}", value)
    go_on(page)


PEOPLE = {"travel-accident": _travellers, "term-life": _life, "motor-compulsory": _vehicle}


def pay_by_card(page: Page, number: str) -> None:
    """The hosted payment page, with one of the well-known test cards."""
    page.fill("#card-number", number)
    page.fill("#card-expiry", "12/40")
    page.fill("#card-cvc", "123")
    page.fill("#card-name", HOLDER.name)
    page.click("#pay")
