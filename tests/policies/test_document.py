"""The electronic policy as a file: what stands in it, how it is built, that it is not tampered with."""

import io
import re
import zlib
from decimal import Decimal
from pathlib import Path

import pypdf
import pytest
from flask import Flask
from pypdf.generic import ArrayObject, DictionaryObject
from weasyprint.urls import FatalURLFetchingError

from storefront.policies.document.certificates import ensure_demo_certificates
from storefront.policies.document.pages import schedule_html
from storefront.policies.document.signature import (
    MissingKey,
    load_signer,
    trusted_certificates,
)
from storefront.policies.document.typeset import to_pdf
from storefront.policies.document.verification import inspect_apart, verify_pdf
from tests.policies.sample import schedule

LANGUAGES = ("zh", "en")


def read(data: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(data))


def text_of(page: pypdf.PageObject) -> str:
    return re.sub(r"\s+", "", page.extract_text())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_policy_says_everything_that_was_agreed(
    signed_policies: dict[str, bytes], language: str
) -> None:
    policy = schedule(language)
    text = "".join(text_of(page) for page in read(signed_policies[language]).pages)
    expected = [policy.number, policy.clause_name, policy.filing_number, policy.verify_code]
    expected += [policy.policyholder.name, policy.policyholder.id_number, policy.payment_plan]
    expected += [person.name for person in (*policy.insured, *policy.beneficiaries)]
    expected += [cell for cover in policy.covers for cell in (cover.name, cover.limit)]
    expected += [*policy.special_terms, policy.cancellation, f"{policy.premium:,.2f}"]
    for party in (policy.insurer, policy.agency):
        expected += [party.name, party.service_phone, party.complaint_phone, party.complaint_email]
    expected.append(policy.insurer.claims_phone)
    missing = [item for item in expected if re.sub(r"\s+", "", item) not in text]
    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_carries_the_policy_number_and_its_place(
    signed_policies: dict[str, bytes], language: str
) -> None:
    pages = read(signed_policies[language]).pages
    assert len(pages) >= 3
    for number, page in enumerate(pages, 1):
        assert schedule(language).number in text_of(page)
        assert re.search(rf"(?<!\d){number}\D{{1,6}}{len(pages)}(?!\d)", text_of(page))


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_a_tagged_archival_file(signed_policies: dict[str, bytes], language: str) -> None:
    reader = read(signed_policies[language])
    root = reader.trailer["/Root"]
    metadata = root["/Metadata"].get_data().decode()
    assert re.search(r'pdfaid:part="3"|<pdfaid:part>3', metadata)
    assert re.search(r'pdfaid:conformance="B"|<pdfaid:conformance>B', metadata)
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712 - a PDF boolean
    assert str(root["/Lang"]) == {"zh": "zh-CN", "en": "en"}[language]
    assert schedule(language).number in str(reader.metadata.title)
    assert root["/OutputIntents"][0].get_object()["/S"] == "/GTS_PDFA1"


def test_all_content_is_tagged_once_or_marked_as_furniture(
    signed_policies: dict[str, bytes],
) -> None:
    reader = read(signed_policies["zh"])
    tree = reader.trailer["/Root"]["/StructTreeRoot"]
    flat = tree["/ParentTree"]["/Nums"]
    parents = dict(zip(flat[::2], flat[1::2], strict=True))
    known = {id_of(element) for element in elements(tree)}
    for page in reader.pages:
        owners = parents[page["/StructParents"]].get_object()
        marks = [int(mark) for mark in re.findall(rb"/MCID (\d+)", page.get_contents().get_data())]
        assert len(marks) == len(set(marks))
        assert marks, "a page without any tagged content"
        assert all(id_of(owners[mark].get_object()) in known for mark in marks)
    assert len({page["/StructParents"] for page in reader.pages}) == len(reader.pages)


def elements(parent: DictionaryObject) -> list[DictionaryObject]:
    found = []
    children = parent.get("/K", ArrayObject())
    for child in children if isinstance(children, ArrayObject) else [children]:
        resolved = child.get_object()
        if isinstance(resolved, DictionaryObject) and "/S" in resolved:
            found += [resolved, *elements(resolved)]
    return found


def id_of(element: DictionaryObject) -> int:
    return element.indirect_reference.idnum


def test_the_outline_leads_through_schedule_and_clauses(signed_policies: dict[str, bytes]) -> None:
    reader = read(signed_policies["en"])
    titles = [entry.title for entry in reader.outline if not isinstance(entry, list)]
    assert titles[-1] == schedule("en").clause_name
    clauses = reader.outline[-2:]
    first = reader.get_destination_page_number(clauses[0])
    assert "Part1" in text_of(reader.pages[first])
    assert [entry.title for entry in clauses[1]][:2] == ["Part 1", "Part 2"]


def test_all_fonts_are_inside(signed_policies: dict[str, bytes]) -> None:
    for page in read(signed_policies["zh"]).pages:
        for font in page["/Resources"]["/Font"].values():
            descendant = font.get_object()["/DescendantFonts"][0].get_object()
            assert "/FontFile3" in descendant["/FontDescriptor"]


def test_illustrative_rates_wear_their_mark(app: Flask) -> None:
    with app.app_context():
        plain = schedule_html(schedule("en"), 0)
        marked = schedule_html(schedule("en", illustrative=True), 0)
    assert "Illustrative rates" in marked
    assert "Illustrative rates" not in plain


def test_the_same_policy_gives_the_same_schedule(app: Flask) -> None:
    with app.app_context():
        html = schedule_html(schedule("zh"), 2)
        assert to_pdf(html) == to_pdf(html)
        other = schedule_html(schedule("zh", premium=Decimal("16.35")), 2)
        assert to_pdf(html) != to_pdf(other)


@pytest.mark.parametrize("address", ["file:///etc/hostname", "http://127.0.0.1:9/x.png", "x.png"])
def test_nothing_is_fetched_while_typesetting(app: Flask, address: str) -> None:
    html = f'<html lang="en"><title>x</title><img alt="z" src="{address}">'
    with app.app_context(), pytest.raises(FatalURLFetchingError):
        to_pdf(html)


@pytest.mark.rule("V-01")
def test_the_signature_is_the_insurers_and_covers_the_file(
    signed_policies: dict[str, bytes], signing_folder: Path
) -> None:
    trusted = trusted_certificates(signing_folder, "")
    report = verify_pdf(signed_policies["zh"], trusted)
    assert report.genuine
    assert report.covers_whole_file
    assert "DEMONSTRATION" in report.signer


@pytest.mark.rule("V-01")
def test_one_changed_byte_anywhere_is_found(
    signed_policies: dict[str, bytes], signing_folder: Path
) -> None:
    trusted = trusted_certificates(signing_folder, "")
    data = signed_policies["en"]
    for place in range(100, len(data) - 4000, len(data) // 23):
        altered = bytearray(data)
        altered[place] ^= 1
        assert not verify_pdf(bytes(altered), trusted).genuine, place


@pytest.mark.parametrize("tail", [b"\n", b"% more\n", b"\n1 0 obj\n<<>>\nendobj\n"])
def test_what_is_added_behind_is_found(
    signed_policies: dict[str, bytes], signing_folder: Path, tail: bytes
) -> None:
    report = verify_pdf(signed_policies["en"] + tail, trusted_certificates(signing_folder, ""))
    assert not report.genuine


def test_a_stranger_with_the_same_name_signs_in_vain(
    signed_policies: dict[str, bytes], tmp_path: Path
) -> None:
    ensure_demo_certificates(tmp_path, ("haitang",))
    report = verify_pdf(signed_policies["zh"], trusted_certificates(tmp_path, ""))
    assert report.intact
    assert not report.genuine


@pytest.mark.parametrize(
    "data",
    [b"", b"%PDF-1.7", b"\x00" * 5000, b"%PDF-1.7\nxref\n0 1\ntrailer<<>>\nstartxref\n9\n%%EOF"],
)
def test_any_bytes_can_be_asked_about(data: bytes, signing_folder: Path) -> None:
    assert not verify_pdf(data, trusted_certificates(signing_folder, "")).genuine


def test_a_torn_file_can_be_asked_about(
    signed_policies: dict[str, bytes], signing_folder: Path
) -> None:
    trusted = trusted_certificates(signing_folder, "")
    data = signed_policies["zh"]
    for length in range(0, len(data), len(data) // 17):
        assert not verify_pdf(data[:length], trusted).genuine
        assert not verify_pdf(data[length:] + data[:length], trusted).genuine or length == 0


def test_a_file_is_inspected_in_a_process_of_its_own(
    signed_policies: dict[str, bytes], signing_folder: Path
) -> None:
    trusted = trusted_certificates(signing_folder, "")
    report = inspect_apart(signed_policies["zh"], trusted)
    assert report == verify_pdf(signed_policies["zh"], trusted)
    assert report.keywords == schedule("zh").verify_code


def test_a_bomb_only_harms_its_own_process(signing_folder: Path) -> None:
    table = zlib.compress(bytes(1_500_000_000), 1)
    bomb = (
        b"%%PDF-1.7\n1 0 obj\n<</Type/XRef/Size 2/W[1 1 1]/Filter/FlateDecode/Length %d>>stream\n"
    )
    bomb = bomb % len(table) + table + b"\nendstream\nendobj\nstartxref\n9\n%%EOF"
    assert not inspect_apart(bomb, trusted_certificates(signing_folder, "")).genuine


def test_demonstration_keys_are_private_and_made_once(tmp_path: Path) -> None:
    folder = tmp_path / "signing"
    ensure_demo_certificates(folder, ("haitang",))
    path = folder / "haitang.p12"
    before = path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    ensure_demo_certificates(folder, ("haitang",))
    assert path.read_bytes() == before
    assert [file.name for file in folder.iterdir()] == ["haitang.p12"]


def test_a_missing_or_locked_key_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingKey, match="nobody"):
        load_signer(tmp_path, "nobody", "")
    ensure_demo_certificates(tmp_path, ("locked",), passphrase="right")
    with pytest.raises(MissingKey, match="locked"):
        load_signer(tmp_path, "locked", "wrong")
    assert load_signer(tmp_path, "locked", "right").signing_cert is not None
