"""A claim in the browser: what a customer reports and hands in, and what an assessor decides."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from itertools import count

from playwright.sync_api import Page, expect

from storefront import clock
from tests.attachments.samples import photo
from tests.looks import look
from tests.people import HOLDER

HEIGHTS = count()  # the same file in two claims is a flag, and keeps the rules from deciding


def incident() -> date:
    """The day of everything that happens here: yesterday."""
    return clock.local_date(clock.now()) - timedelta(days=1)


def report(page: Page, number: str, claim_type: str) -> str:
    """The whole report of the policyholder on a policy; gives the claim's reference."""
    page.goto("/claims/new")
    look(page)
    page.click(f"form:has(input[value='{number}']) button")
    what(page, claim_type)
    where(page)
    page.click("main form button[type=submit]")  # name, telephone and mail are there already
    return send(page)


def what(page: Page, claim_type: str) -> None:
    """The first step."""
    page.check(f"[name=claim_type][value={claim_type}]")
    if page.locator("[name=person]").count():
        page.check("[name=person][value='0']")
    page.fill("#incident_on", incident().isoformat())
    look(page)
    page.click("main form button[type=submit]")


def where(page: Page) -> None:
    """The second step."""
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


def fill_invoice(page: Page, ref: str, amount: str) -> None:
    """One invoice of an accident, which social insurance has settled."""
    page.fill("[name=invoices-0-number]", f"2026-{ref}")
    page.fill("[name=invoices-0-issued_on]", incident().isoformat())
    page.fill("[name=invoices-0-amount]", amount)
    page.check("[name=settled][value=yes]")
    page.check("[name=cause][value=accident]")


def hand_in(page: Page) -> None:
    """Everything is said to be there."""
    page.wait_for_url(re.compile(r"/claims/C\w+$"))
    page.reload()
    look(page)
    page.click("#hand-in")


def name_account(page: Page, payee: str = HOLDER.name) -> None:
    """Agrees with the decision and says where to pay."""
    page.click("#accept")
    fill_in_account(page, payee)


def fill_in_account(page: Page, payee: str) -> None:
    """Where to pay, and the consent."""
    page.fill("#payee", payee)
    page.fill("#bank", "示例银行样例支行")
    page.fill("#number", "6228480402564890018")
    look(page)
    page.check("#consent")
    page.click("#agree")


def decide(
    desk: Page,
    ref: str,
    outcome: str,
    amounts: Mapping[int, str],
    words: Mapping[str, str] | None = None,
) -> None:
    """Looks at the letter first, then decides; `words` are further fields of the form."""
    desk.goto(f"/staff/claims/{ref}")
    look(desk)
    desk.check(f"#outcome-{outcome}")
    for position, amount in amounts.items():
        desk.fill(f"#amount-{position}", amount)
    for name, text in (words or {}).items():
        desk.fill(f"#{name}", text)
    desk.click("button[value=preview]")
    expect(desk.locator("#letter")).to_be_visible()
    look(desk)
    desk.click("#decide button[value=decide]")
    desk.wait_for_url(f"**/staff/claims/{ref}")


def until(page: Page, selector: str) -> None:
    """Reloads until something is there that a job brings."""
    for _ in range(60):
        if page.locator(selector).count():
            return
        page.wait_for_timeout(500)
        page.reload()
    raise AssertionError(f"{selector} did not come")
