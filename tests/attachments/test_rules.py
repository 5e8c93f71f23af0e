"""The rules about files: kinds, names, limits, states."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.attachments import rules, texts
from tests.attachments import samples


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (samples.photo, "jpeg"),
        (samples.heic, "heic"),
        (samples.pdf, "pdf"),
        (samples.animated_png, "png"),
        (samples.animated_gif, "moving"),
        (samples.archive, None),
        (lambda: b"", None),
        (lambda: b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom", None),
        (lambda: b"\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00mif1heicmiaf", "heic"),
        (lambda: b"\x00\x00\x00\x18ftyphevc\x00\x00\x00\x00hevcheic", "moving"),
        (lambda: b" %PDF-1.7", None),
    ],
)
def test_the_kind_follows_the_content(make: object, kind: str | None) -> None:
    assert callable(make)
    assert rules.kind_of(make()) == kind


def test_only_a_promising_name_makes_a_disguise() -> None:
    assert rules.head_fault(b"MZ", "Scan.PDF") == "disguised"
    assert rules.head_fault(b"MZ", "setup.exe") == "kind"
    assert rules.head_fault(samples.photo()[:100], "setup.exe") is None


@pytest.mark.parametrize(
    ("size", "count", "fault"),
    [(0, 0, "empty"), (-1, 0, "empty"), (21, 0, "too-large"), (20, 3, "too-many"), (20, 2, None)],
)
def test_limits(size: int, count: int, fault: str | None) -> None:
    assert rules.announced_fault(size, count, largest=20, most=3) == fault


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("C:\\Users\\me\\card.jpg", "card.jpg"),
        ("../../etc/passwd", "passwd"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("", "file"),
        ("..", ".."),
        ("\n\t", "file"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_names_are_cleaned(typed: str, clean: str) -> None:
    assert rules.clean_name(typed) == clean


@given(st.text())
def test_any_name_can_be_cleaned(name: str) -> None:
    clean = rules.clean_name(name)

    assert clean
    assert clean.isprintable()
    assert len(clean) <= rules.LONGEST_NAME
    assert rules.clean_name(clean) == clean
    assert rules.download_name(clean, "image/jpeg").endswith(".jpg")


def test_the_name_of_a_download_follows_the_content() -> None:
    assert rules.download_name("card.HEIC", "image/jpeg") == "card.jpg"
    assert rules.download_name("page.html", "application/pdf") == "page.html.pdf"


def test_a_decided_file_stays_decided() -> None:
    assert rules.next_state("uploading", "checking") == "checking"
    with pytest.raises(rules.ForbiddenTransition):
        rules.next_state("ready", "refused")


@pytest.mark.parametrize("text", ["", "A", "a b", "a--b", "-a", "x" * 61, "a/b", "\u00b2"])
def test_odd_purposes_are_none(text: str) -> None:
    assert not rules.is_purpose(text)


@pytest.mark.parametrize(("size", "shown"), [(1, "1 kB"), (20_700, "21 kB"), (7_526_723, "7.5 MB")])
def test_sizes_are_shown_short(size: int, shown: str) -> None:
    assert texts.file_size(size) == shown
