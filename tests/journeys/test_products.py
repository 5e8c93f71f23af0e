"""A new price: uploaded, faulty first, approved by a second person, and bought without a restart."""

import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.buying import apply, pay_by_card, quote
from tests.journeys.conftest import Site, register
from tests.journeys.staff import sign_in_staff
from tests.journeys.test_buying import GOOD, receive_policy
from tests.journeys.test_tenth_product import CODE as TEMPLATE
from tests.journeys.test_tenth_product import publish, write_product
from tests.looks import look
from tests.workbench.zips import zipped

CODE = "workbench-accident"
AMOUNT = re.compile(r"\u00a5\s?([\d,]+\.\d\d)")


def write_first(folder: Path) -> dict[str, str]:
    """The files of a product of this journey's own, and the folder to publish them from."""
    write_product(folder)
    product = (folder / TEMPLATE).rename(folder / CODE)
    file = product / "product.toml"
    file.write_text(file.read_text().replace(f'"{TEMPLATE}"', f'"{CODE}"'))
    found = [path for path in product.rglob("*") if path.is_file()]
    return {str(path.relative_to(product)): path.read_text() for path in found}


def dearer(files: dict[str, str]) -> dict[str, str]:
    """The next version: death costs twice as much."""
    toml = re.sub(r"^version = 2$", "version = 3", files["product.toml"], flags=re.M)
    rates = files["tables/travel-rates.csv"].replace("death,10000,0,,4.65", "death,10000,0,,9.30")
    return files | {"product.toml": toml, "tables/travel-rates.csv": rates}


def upload(page: Page, files: dict[str, str]) -> None:
    """Hands a version in."""
    page.set_input_files(
        "#file", {"name": "v3.zip", "mimeType": "application/zip", "buffer": zipped(files)}
    )
    page.click("main form button[type=submit]")


def premium(page: Page) -> Decimal:
    """The first amount in the main part of the page."""
    found = AMOUNT.search(page.inner_text("main"))
    assert found, page.inner_text("main")
    return Decimal(found[1].replace(",", ""))


def looks_right(page: Page) -> None:
    """On a phone in light and on a desktop in dark."""
    for width, scheme in ((375, "light"), (1280, "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        look(page)
    page.emulate_media(color_scheme="light")


@pytest.mark.parametrize("language", ["en"])
def test_a_new_price_is_published_by_two_people_and_bought(
    site: Site, open_browser: Callable[[str, str], Page], tmp_path: Path, language: str
) -> None:
    files = write_first(tmp_path)
    publish(site, tmp_path)
    customer = open_browser("desktop", language)
    register(customer, site, "workbench@example.com")
    quote(customer, CODE, like="travel-accident")
    old_address, old_price = customer.url, premium(customer)

    maker = open_browser("desktop", language)
    sign_in_staff(maker, site, ["product"], "Maker Example")
    maker.goto("/staff/products/")
    looks_right(maker)
    maker.click("a[href='/staff/products/upload']")
    faulty = dearer(files)
    faulty["product.toml"] = faulty["product.toml"].replace('kind = "main"', 'kind = "mane"', 1)
    upload(maker, faulty)
    expect(maker.locator("table")).to_contain_text("covers.death.kind")
    looks_right(maker)
    upload(maker, dearer(files))
    expect(maker.locator("h1")).to_contain_text("version 3")
    expect(maker.locator("main")).to_contain_text("9.30")
    looks_right(maker)
    maker.fill("#reason", "New rates for accidental death")
    maker.click("main form[action$='/ask'] button")
    expect(maker.locator("main")).to_contain_text("another person has to decide")

    customer.goto(f"/products/{CODE}")
    checker = open_browser("desktop", language)
    sign_in_staff(checker, site, ["product"], "Checker Example")
    checker.goto(maker.url)
    looks_right(checker)
    checker.click("main form[action$='/approve'] button")
    expect(checker.locator("h1")).to_contain_text("Approved")
    checker.goto(f"/staff/products/{CODE}/3")
    looks_right(checker)
    checker.click("main form[action$='/compare'] button")
    expect(checker.locator("main ins").first).to_be_visible()
    looks_right(checker)

    quote(customer, CODE, like="travel-accident")
    new_address, new_price = customer.url, premium(customer)
    assert new_price > old_price
    customer.goto(old_address)
    assert premium(customer) == old_price
    customer.goto(new_address)
    apply(customer, CODE, like="travel-accident")
    expect(customer.locator("main")).to_contain_text(f"{new_price:,}")
    customer.click("#pay-now")
    pay_by_card(customer, GOOD)
    assert receive_policy(customer)

    checker.goto(f"/staff/products/{CODE}/3")
    checker.click("main details:has(#reason) summary")
    checker.fill("#reason", "Losses")
    checker.click("main form[action$='/withdraw'] button")
    expect(checker.locator("main")).to_contain_text("nobody can buy this product")
    customer.goto(old_address)
    expect(customer.locator(".alert")).to_contain_text("no longer sold")
    expect(customer.locator("#apply")).to_have_count(0)
