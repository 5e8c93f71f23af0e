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
    finance.goto("/staff/bank/")
    finance.get_by_role("button", name="Make the file").first.click()
    address = finance.locator("a[href$='.csv']").first.get_attribute("href") or ""
    sent = finance.request.get(address).text().splitlines()
    orders = [line.split(",") for line in sent if line.startswith("D,")]
    lines = [f"L,KEY-{order[2]},{order[2]},{order[6]},PAID," for order in orders]
    total = sum((Decimal(order[6]) for order in orders), Decimal(0))
    back = "\r\n".join(
        [
            f"H,RETURN-{ref}-{len(lines)}-{total:f},{len(lines)}",
            *lines,
            f"T,{len(lines)},{total}",
            "",
        ]
    )
    file = {"name": "back.csv", "mimeType": "text/csv", "buffer": back.encode()}
    finance.set_input_files("#file", file)  # type: ignore[arg-type]
    finance.click("#take-in")
    expect(finance.locator("[role=status]").first).to_contain_text(f"Paid {len(lines)}")
    return sum((Decimal(order[6]) for order in orders if order[7] == ref), Decimal(0))
