"""A tenth product, added by data files alone while the site runs, and bought end to end."""

import shutil
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from storefront.catalog.loader import PRODUCTS
from tests.journeys.buying import apply, pay_by_card, quote
from tests.journeys.conftest import Site, register
from tests.journeys.test_buying import GOOD, check_document, receive_policy

CODE, NAME = (
    "weekend-accident",
    "\u5468\u672b\u51fa\u884c\u610f\u5916\u9669\uff08\u4e92\u8054\u7f51\uff09",
)
CHANGES = {
    'code = "travel-accident"': f'code = "{CODE}"',
    'zh = "\u8f7b\u884c\u65c5\u884c\u610f\u5916\u9669\uff08\u4e92\u8054\u7f51\uff09"': f'zh = "{NAME}"',
    "max = 365": "max = 7",
    "max = 20": "max = 4",
}


def write_product(folder: Path) -> None:
    """A short journey for up to four: the files of the travel product with other figures."""
    shutil.copytree(PRODUCTS / "travel-accident", folder / CODE)
    shutil.copytree(PRODUCTS / "_tables", folder / "_tables")
    file = folder / CODE / "product.toml"
    text = file.read_text()
    for old, new in CHANGES.items():
        assert old in text, old
        text = text.replace(old, new)
    text = text.replace("values = [1, 3, 7, 15, 21, 30, 60, 90, 180, 365]", "values = [1, 3, 7]")
    file.write_text(text)


def publish(site: Site, folder: Path) -> str:
    """The command that the agency's product people use."""
    command = ("--app", "wsgi", "catalog", "publish", "--folder", str(folder))
    return site.running.installation.ask("flask", *command)


def test_a_product_made_of_data_files_is_bought(
    site: Site, open_browser: Callable[[str, str], Page], tmp_path: Path
) -> None:
    write_product(tmp_path)
    assert CODE in publish(site, tmp_path)

    page = open_browser("desktop", "zh")
    register(page, site, "tenth@example.com")
    page.goto("/products/")
    expect(page.locator("main")).to_contain_text(NAME)
    quote(page, CODE, like="travel-accident")
    apply(page, CODE, like="travel-accident")
    page.click("#pay-now")
    pay_by_card(page, GOOD)
    check_document(receive_policy(page), NAME)
