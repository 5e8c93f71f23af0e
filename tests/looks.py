"""What every page owes its reader in a real browser: accessible by axe, and inside the screen."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

LEVELS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]


def look(page: Page) -> None:
    """Raises AssertionError naming what is wrong with the page that is open."""
    # A colour on its way to another is neither of the two: nothing moves while axe reads.
    page.emulate_media(reduced_motion="reduce")
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": LEVELS}})
    assert found.violations_count == 0, f"{page.url}: {found.generate_report()}"
    width = page.evaluate("document.documentElement.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
