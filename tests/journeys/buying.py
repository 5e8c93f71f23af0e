"""A person in a browser who buys: every click that a customer makes, from the product to the policy."""

from datetime import date, timedelta
from itertools import count

from playwright.sync_api import Page, expect

from storefront import clock
from tests.people import ADDRESS, HOLDER, Somebody, nth_child
from tests.plans import FAMILY
from tests.visitor import HEALTHY, VEHICLE

CHILDREN = count()
"""One site sells to all journeys, and a child's death cover is limited over all of them (S-06)."""
NO_QUESTIONS = [name for name, value in HEALTHY.items() if value == "no"]


def first_day() -> date:
    """When cover is to begin, wherever a journey says so."""
    return clock.local_date(clock.now()) + timedelta(days=10)


def fill_travel(page: Page) -> None:
    """The quote of a week for two."""
    page.fill("#field-persons", "2")
    page.fill("#field-days", "7")
    page.fill("#field-death", "200000")
    page.fill("#field-disability", "200000")
    page.fill("#field-medical", "12000")
    page.locator("#field-medical").blur()
    page.check("#field-social_insurance-true")
    page.select_option("#field-medical_deductible", "0")


def fill_life(page: Page) -> None:
    """The quote of twenty years of term life."""
    page.fill("#field-birth_date", HOLDER.birth_date.isoformat())
    page.check(f"#field-sex-{HOLDER.sex}")
    page.fill("#field-start_date", first_day().isoformat())
    page.fill("#field-sum_insured", "100000")
    page.check("#field-term_years-20")
    page.check("#field-pay_years-20")


def fill_motor(page: Page) -> None:
    """The quote of a private car."""
    page.select_option("#field-vehicle_class", "MC01")
    page.select_option("#field-float_code", "3")


FILL = {"travel-accident": fill_travel, "term-life": fill_life, "motor-compulsory": fill_motor}


def quote(page: Page, code: str, like: str = "") -> None:
    """From the product page to a kept quote; the price appears without a click.

    `like` names the product whose questions this one shares.
    """
    page.goto(f"/products/{code}")
    page.locator(f"a[href='/quote/{code}']").first.click()
    FILL[like or code](page)
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


def apply(page: Page, code: str, like: str = "") -> None:
    """All steps of the application to the accepted state."""
    fill_in(page, code, like)
    submit(page)


def submit(page: Page) -> None:
    """The last confirmation."""
    page.check("#confirm-summary")
    page.click("#submit-application")
    expect(page.locator("#pay-now")).to_be_visible()


def fill_in(page: Page, code: str, like: str = "") -> None:
    """All steps up to the summary."""
    fill_in_people(page, code, like)
    read_contract(page)


def fill_in_people(page: Page, code: str, like: str = "") -> None:
    """The steps up to those about people, the insured object and their health."""
    if code == "term-life":
        begin(page)
        _needs_and_means(page)
    else:
        begin_by_day(page)
    name_holder(page)
    PEOPLE[like or code](page)


def begin(page: Page) -> None:
    """From a kept quote into the application, to its first question."""
    page.click("#apply")
    confirm(page, "notice")
    confirm(page, "sensitive-data", "passing-on")


def begin_by_day(page: Page) -> None:
    """The same where the first question is when cover is to begin."""
    begin(page)
    page.fill("#start_date", first_day().isoformat())
    go_on(page)


def name_holder(page: Page) -> None:
    """The step of the policyholder, a person."""
    page.fill("#name", HOLDER.name)
    page.fill("#id_number", HOLDER.id_number)
    page.fill("#mobile", HOLDER.mobile)
    page.fill("#address", ADDRESS)
    go_on(page)


def insure(page: Page, relation: str, somebody: Somebody) -> None:
    """Adds somebody to the people insured."""
    page.click(".new-person > summary")
    page.check(f"#relation input[value={relation}]")
    page.fill("#name", somebody.name)
    page.fill("#id_number", somebody.id_number)
    page.click("button[value=add]")
    expect(page.locator("#insured-list")).to_contain_text(somebody.name)


def read_contract(page: Page) -> None:
    """The steps of clauses and exclusions, to the summary."""
    confirm(page, "clauses")
    confirm(page, "exclusions")
    page.wait_for_url("**/summary")


def _needs_and_means(page: Page) -> None:
    """A family with one child, assessed inside the application."""
    page.check("#field-depended_on-true")
    page.check("#field-children-1")
    for name in ("child_1", "income", "years", "budget"):
        page.fill(f"#field-{name}", FAMILY[name])
    page.click("button[value=assess]")
    go_on(page)
    go_on(page)


def _travellers(page: Page) -> None:
    page.click("button[value=self]")
    insure(page, "child", nth_child(next(CHILDREN)))
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
