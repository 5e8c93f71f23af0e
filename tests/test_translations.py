"""Every text is translated, no translation loses a placeholder, and none stands in the code."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po

from tests.pages import ROOT, catalogue

HAN = re.compile(r"[\u3400-\u9fff]")
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
TEMPLATE_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """What the code and the templates say, extracted as `babel.cfg` describes it."""
    target = tmp_path_factory.mktemp("catalogue") / "messages.pot"
    options = ["-F", str(ROOT / "babel.cfg"), "-k", "_l", "--ignore-dirs=.*"]
    CommandLineInterface().run(["pybabel", "-q", "extract", *options, "-o", str(target), str(ROOT)])
    with target.open("rb") as file:
        return read_po(file)


def test_every_text_is_translated(extracted: Catalog) -> None:
    missing = [message.id for message in extracted if message.id and not _translation(message)]
    assert not missing, f"{len(missing)} texts without translation: {missing}"


def test_no_translation_is_fuzzy_or_without_use(extracted: Catalog) -> None:
    kept = [message for message in catalogue() if message.id]
    assert [message.id for message in kept if message.fuzzy] == []
    assert [message.id for message in kept if extracted.get(_first(message.id)) is None] == []


def test_placeholders_agree() -> None:
    wrong = [
        message.id
        for message in catalogue()
        if message.id
        and set(PLACEHOLDER.findall(_first(message.id)))
        != set(PLACEHOLDER.findall(_first(message.string)))
    ]
    assert wrong == []


def test_no_chinese_text_in_code() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in (ROOT / "storefront").rglob("*.py")
        for line in _lines_with_han(path)
    ]
    assert found == []


def test_no_chinese_text_in_templates() -> None:
    found = [
        str(path.relative_to(ROOT))
        for kind in ("*.html", "*.txt")
        for path in (ROOT / "templates").rglob(kind)
        if HAN.search(TEMPLATE_COMMENT.sub("", path.read_text(encoding="utf-8")))
    ]
    assert found == []


def _translation(message: Message) -> str:
    known = catalogue().get(_first(message.id))
    return _first(known.string) if known is not None else ""


def _first(text: str | tuple[str, ...]) -> str:
    return text if isinstance(text, str) else text[0]


def _lines_with_han(path: Path) -> Iterator[int]:
    """Lines of strings written with Chinese characters; docstrings may explain a term."""
    source = path.read_text(encoding="utf-8")
    if not HAN.search(source):
        return
    tree = ast.parse(source)
    explanations = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        written = ast.get_source_segment(source, node) if is_text else None
        if written and id(node) not in explanations and HAN.search(written):
            yield node.lineno
