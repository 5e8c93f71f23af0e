"""Money for a claim in the browser: a second person approves, the file goes out, the bank's comes back."""

from decimal import Decimal

from playwright.sync_api import Page, expect

from tests.looks import look


def ask(assessor: Page, ref: str) -> None:
    """What the rules decided was asked for by nobody: an assessor looks at it first."""
    page = f"/staff/claims/{ref}/money"
    assessor.goto(page)
    unasked = assessor.locator("form[action*='/orders/'] button")
    while unasked.count():
        unasked.first.click()
        assessor.wait_for_url(f"**{page}")


def approve(finance: Page, ref: str) -> None:
    """Approves every order of a claim."""
    row = f"main tbody tr:has-text('{ref}')"
    finance.goto("/staff/payouts/?state=requested")
    look(finance)
    for _ in range(finance.locator(row).count()):
        finance.click(f"{row} a")
        finance.click("#approve")
        finance.wait_for_url("**/staff/payouts/")
        finance.goto("/staff/payouts/?state=requested")
    expect(finance.locator(row)).to_have_count(0)


def pay(finance: Page, ref: str) -> Decimal:
    """Sends everything approved to the bank, which pays it; gives what a claim gets."""
    orders = send_file(finance)
    take_in(finance, orders, ref)
    expect(finance.locator("[role=status]").first).to_contain_text(f"Paid {len(orders)}")
    return total_of(orders, ref)


def send_file(finance: Page) -> list[list[str]]:
    """The file for the bank of everything approved: its orders, field by field."""
    finance.goto("/staff/bank/")
    finance.get_by_role("button", name="Make the file").first.click()
    address = finance.locator("a[href$='.csv']").first.get_attribute("href") or ""
    sent = finance.request.get(address).text().splitlines()
    return [line.split(",") for line in sent if line.startswith("D,")]


def take_in(finance: Page, orders: list[list[str]], ref: str) -> None:
    """The bank's file, in which all of them are paid."""
    head = f"H,RETURN-{ref}-{len(orders)}-{total(orders):f},{len(orders)}"
    lines = [f"L,KEY-{order[2]},{order[2]},{order[6]},PAID," for order in orders]
    back = "\r\n".join([head, *lines, f"T,{len(orders)},{total(orders)}", ""])
    file = {"name": "back.csv", "mimeType": "text/csv", "buffer": back.encode()}
    finance.set_input_files("#file", file)  # type: ignore[arg-type]
    finance.click("#take-in")


def total_of(orders: list[list[str]], ref: str) -> Decimal:
    """What a claim gets; the file holds what other claims on the site get too."""
    return total([order for order in orders if order[7] == ref])


def total(orders: list[list[str]]) -> Decimal:
    """What they come to, in yuan."""
    return sum((Decimal(order[6]) for order in orders), Decimal(0))
