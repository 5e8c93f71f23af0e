"""What must hold on every page: a test client that looks at each page it opens.

Checked are title, language, heading, ids, labels, forms, the absence of anything inline that the
content security policy forbids, and texts left in English on a Chinese page.
"""

from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

ROOT = Path(__file__).parents[1]
CATALOGUE = ROOT / "storefront/translations/zh_Hans_CN/LC_MESSAGES/messages.po"
VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
    ]
)
UNLABELLED_TYPES = ("hidden", "submit", "button", "image", "reset")
SHOWN_ATTRIBUTES = ("alt", "aria-label", "placeholder", "title", "value")

Attributes = dict[str, str]


class PagesClient(FlaskClient):
    """A browser without a browser that checks every page and every fragment it receives."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **kwargs)
        if (
            response.mimetype == "text/html"
            and response.text
            and not 300 <= response.status_code < 400
        ):
            cookie = self.get_cookie("language")
            check_page(response.text, cookie.value if cookie else "zh")
        return response


def check_page(html: str, language: str = "zh") -> None:
    """Raises AssertionError naming everything that is wrong with a page or an htmx fragment."""
    page = _Page()
    page.feed(html)
    page.close()
    faults = [*page.faults, *_id_faults(page), *_label_faults(page), *_form_faults(page)]
    faults += _untranslated(page) if language == "zh" else []
    if html.lstrip().lower().startswith("<!doctype"):
        faults += _frame_faults(page, language)
    assert not faults, "\n".join(faults)


@cache
def catalogue() -> Catalog:
    """The Chinese translations."""
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="zh_Hans_CN")


@dataclass
class _Form:
    attributes: Attributes
    names: list[str] = field(default_factory=list)


class _Page(HTMLParser):
    """Collects from a page what the checks need."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.language = ""
        self.title = ""
        self.headings = 0
        self.ids: list[str] = []
        self.references: list[tuple[str, str]] = []
        self.label_targets: set[str] = set()
        self.controls: list[tuple[str, Attributes, bool]] = []
        self.forms: list[_Form] = []
        self.texts: list[str] = []
        self._open: list[tuple[str, Attributes]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self._check_inline(tag, attributes)
        self._collect(tag, attributes)
        if tag not in VOID:
            self._open.append((tag, attributes))

    def handle_endtag(self, tag: str) -> None:
        names = [name for name, _ in self._open]
        if tag in names:
            del self._open[len(names) - 1 - names[::-1].index(tag) :]
        elif tag not in VOID:
            self.faults.append(f"</{tag}> closes nothing")

    def handle_data(self, data: str) -> None:
        inside = self._open[-1][0] if self._open else ""
        text = " ".join(data.split())
        if inside == "title":
            self.title += data
        elif inside in ("script", "style") and text:
            self.faults.append(f"<{inside}> with content of its own: {text[:60]}")
        elif text and not any(
            "lang" in attributes for tag, attributes in self._open if tag != "html"
        ):
            self.texts.append(text)

    def _check_inline(self, tag: str, attributes: Attributes) -> None:
        if tag == "style":
            self.faults.append("<style> element")
        for name, value in attributes.items():
            if name == "style" or name.startswith(("on", "hx-on")):
                self.faults.append(f"inline {name} on <{tag}>")
            if name in ("href", "src", "action") and value.lower().startswith("javascript:"):
                self.faults.append(f"script in {name} of <{tag}>")

    def _collect(self, tag: str, attributes: Attributes) -> None:
        if tag == "html":
            self.language = attributes.get("lang", "")
        if tag == "h1":
            self.headings += 1
        if "id" in attributes:
            self.ids.append(attributes["id"])
        if tag == "label" and "for" in attributes:
            self.label_targets.add(attributes["for"])
            self.references.append(("for", attributes["for"]))
        for name in ("aria-describedby", "aria-labelledby"):
            self.references += [(name, target) for target in attributes.get(name, "").split()]
        if tag == "form":
            self.forms.append(_Form(attributes))
        if tag in ("input", "select", "textarea"):
            in_label = any(name == "label" for name, _ in self._open)
            self.controls.append((tag, attributes, in_label))
            if any(name == "form" for name, _ in self._open):
                self.forms[-1].names.append(attributes.get("name", ""))
        self.texts += [
            attributes[name]
            for name in SHOWN_ATTRIBUTES
            if attributes.get(name) and (name != "value" or attributes.get("type") == "submit")
        ]


def _frame_faults(page: _Page, language: str) -> list[str]:
    wanted = {"zh": "zh-CN", "en": "en"}[language]
    faults = []
    if not page.title.strip(" -\n"):
        faults.append("no title")
    if page.language != wanted:
        faults.append(f"html lang is {page.language!r}, not {wanted!r}")
    if page.headings != 1:
        faults.append(f"{page.headings} h1 headings")
    return faults


def _id_faults(page: _Page) -> list[str]:
    twice = sorted({name for name in page.ids if page.ids.count(name) > 1})
    faults = [f"id {name!r} is used more than once" for name in twice]
    known = set(page.ids)
    return faults + [
        f"{name} points to the missing id {target!r}"
        for name, target in page.references
        if target not in known
    ]


def _label_faults(page: _Page) -> list[str]:
    return [
        f"<{tag} name={attributes.get('name', '')!r}> has no label"
        for tag, attributes, in_label in page.controls
        if attributes.get("type") not in UNLABELLED_TYPES
        and not in_label
        and attributes.get("id") not in page.label_targets
        and not (attributes.get("aria-label") or attributes.get("aria-labelledby"))
    ]


def _form_faults(page: _Page) -> list[str]:
    faults = []
    for form in page.forms:
        where = f"form {form.attributes.get('action', '')!r}"
        if not form.attributes.get("action"):
            faults.append("a form without action")
        if form.attributes.get("method", "").lower() not in ("get", "post"):
            faults.append(f"{where} without method")
        if form.attributes.get("method", "").lower() == "post" and "csrf_token" not in form.names:
            faults.append(f"{where} without csrf_token")
    return faults


def _untranslated(page: _Page) -> list[str]:
    found = []
    for text in page.texts:
        message = catalogue().get(text)
        if message is not None and message.string and message.string != text:
            found.append(f"left in English: {text!r}")
    return found
