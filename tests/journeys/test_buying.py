"""A person buys a policy in the browser and downloads it, on real processes from end to end."""

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from playwright.sync_api import Page, expect
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pypdf import PdfReader

from tests.journeys.buying import apply, pay_by_card, quote
from tests.journeys.conftest import Site, register
from tests.people import HOLDER

GOOD, DECLINED = "4242 4242 4242 4242", "4000 0000 0000 0002"
Open = Callable[[str, str], Page]


def up_to_payment(page: Page, site: Site, code: str, email: str) -> None:
    """A new customer with an accepted application, where it is paid."""
    register(page, site, email)
    quote(page, code)
    apply(page, code)
    page.click("#pay-now")


def receive_policy(page: Page) -> bytes:
    """From the payment's page to the bytes of the policy."""
    expect(page.locator("[data-stage=settled]")).to_be_visible(timeout=20_000)
    page.click("a[href='/policies/']")
    link = page.locator("a[href$='document.pdf']")
    expect(link).to_be_visible(timeout=30_000)
    address = link.get_attribute("href")
    assert address is not None
    answer = page.request.get(address)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    return answer.body()


def check_document(pdf: bytes, *texts: str) -> str:
    """Signed over the whole file, PDF/A-3b, tagged, and with the texts; gives all its text."""
    signature = PdfFileReader(io.BytesIO(pdf)).embedded_signatures[0]
    with ThreadPoolExecutor(1) as apart:  # the browser's event loop runs in this thread
        status = apart.submit(validate_pdf_signature, signature).result()
    assert status.intact
    assert status.valid
    assert status.coverage.name == "ENTIRE_FILE"
    document = PdfReader(io.BytesIO(pdf))
    metadata = document.trailer["/Root"]["/Metadata"].get_object().get_data().decode()
    assert "pdfaid" in metadata
    assert '3"' in metadata or ">3<" in metadata
    assert document.trailer["/Root"]["/MarkInfo"]["/Marked"]
    text = "".join(page.extract_text() for page in document.pages)
    squeezed = "".join(text.split())
    for wanted in texts:
        assert "".join(wanted.split()) in squeezed, wanted
    return text


@pytest.mark.parametrize(
    ("code", "size"),
    [
        ("travel-accident", "phone"),
        ("travel-accident", "desktop"),
        ("term-life", "phone"),
        ("term-life", "desktop"),
        ("motor-compulsory", "phone"),
        ("motor-compulsory", "desktop"),
    ],
)
def test_a_policy_is_bought_in_chinese(
    site: Site, open_browser: Open, code: str, size: str
) -> None:
    page = open_browser(size, "zh")
    email = f"{code}-{size}@example.com"
    up_to_payment(page, site, code, email)
    pay_by_card(page, GOOD)
    pdf = receive_policy(page)
    number = page.locator(".card-soft a").first.get_attribute("href") or ""
    check_document(pdf, HOLDER.name, number.rpartition("/")[2], "\u8d23\u4efb\u514d\u9664")
    mails = site.mails(email)
    assert sum(bool(mail["attachments"]) for mail in mails) == 1
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_policy_is_bought_in_english_and_verified_by_anybody(
    site: Site, open_browser: Open
) -> None:
    page = open_browser("desktop", "en")
    up_to_payment(page, site, "travel-accident", "english@example.com")
    pay_by_card(page, GOOD)
    pdf = receive_policy(page)
    check_document(pdf, HOLDER.name, "Exclusions")

    page.locator(".card-soft a").first.click()
    code = page.locator("a[href*='/verify/']").first.get_attribute("href") or ""
    stranger = open_browser("phone", "en")
    stranger.goto(code)
    expect(stranger.locator("main")).not_to_contain_text(HOLDER.name)
    expect(stranger.locator("main")).to_contain_text("genuine")
    stranger.goto("/verify/")
    stranger.set_input_files(
        "input[type=file]", {"name": "policy.pdf", "mimeType": "application/pdf", "buffer": pdf}
    )
    stranger.click("form:has(input[type=file]) button")
    expect(stranger.locator("main")).to_contain_text("nothing in it was changed")


def test_declined_then_paid(site: Site, open_browser: Open) -> None:
    page = open_browser("phone", "zh")
    up_to_payment(page, site, "motor-compulsory", "declined@example.com")
    pay_by_card(page, DECLINED)
    expect(page.locator("#payment-problem")).to_be_visible()
    page.click("#cancel")
    expect(page.locator("[data-stage=pending]")).to_be_visible()
    page.click("#payment button")
    pay_by_card(page, GOOD)
    receive_policy(page)


@pytest.mark.parametrize("method", ["alipay", "wechat_pay"])
def test_wallets(site: Site, open_browser: Open, method: str) -> None:
    page = open_browser("phone", "zh")
    up_to_payment(page, site, "motor-compulsory", f"{method}@example.com")
    page.check(f"#method-{method}")
    page.click("#pay")
    page.click("#authorize-succeed")
    receive_policy(page)


def test_without_javascript(site: Site, open_browser: Open) -> None:
    page = open_browser("phone", "zh")
    context = page.context.browser.new_context(java_script_enabled=False, base_url=site.url)  # type: ignore[union-attr]
    plain = context.new_page()
    plain.goto("/quote/travel-accident")
    plain.fill("#field-persons", "1")
    plain.fill("#field-days", "7")
    plain.fill("#field-death", "200000")
    plain.fill("#field-disability", "200000")
    plain.fill("#field-medical", "12000")
    plain.click("button[value=calculate]")
    plain.check("#field-social_insurance-true")
    plain.select_option("#field-medical_deductible", "0")
    plain.click("button[value=calculate]")
    expect(plain.locator("#premium")).to_have_text("¥16.34")
    plain.click("button[value=keep]")
    expect(plain.locator("main")).to_contain_text("¥16.34")
    context.close()


def test_the_mail_carries_the_same_document(site: Site, open_browser: Open) -> None:
    page = open_browser("desktop", "zh")
    up_to_payment(page, site, "motor-compulsory", "mailed@example.com")
    pay_by_card(page, GOOD)
    pdf = receive_policy(page)
    with_policy = [mail for mail in site.mails("mailed@example.com") if mail["attachments"]]
    attachment = with_policy[0]["attachments"][0]  # type: ignore[index]
    address = str(attachment["url"])
    address = address if address.startswith("http") else site.sandbox + address
    assert httpx.get(address).content == pdf
