"""HTML to PDF: WeasyPrint with one style sheet, Noto CJK fonts and no way to the network."""

import threading
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import weasyprint
from flask import render_template
from flask_babel import force_locale
from markupsafe import Markup
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from config import ROOT
from storefront import crypto
from storefront.extensions import LANGUAGES

STYLE_SHEET = ROOT / "static" / "pdf" / "policy.css"
LANGUAGE_TAGS = {"zh": "zh-CN", "en": "en"}

# Pango's font maps must not be used by two threads at once.
_one_at_a_time = threading.Lock()
_inline_only = URLFetcher(allowed_protocols=("data",), fail_on_errors=True)


def compose(template: str, language: str, context: Mapping[str, Any]) -> str:
    """A template as HTML in one language."""
    with force_locale(LANGUAGES[language]):
        return render_template(
            template, language_tag=LANGUAGE_TAGS[language], counter=_counter, **context
        )


def fingerprint(html: str) -> str:
    """What the PDF of this HTML is recognised by: text, style sheet and typesetter."""
    return crypto.sha256(
        b"\0".join((html.encode(), _style_text().encode(), weasyprint.VERSION.encode()))
    )


def to_pdf(html: str) -> bytes:
    """The HTML as tagged PDF/A-3b; the same HTML gives the same bytes."""
    with _one_at_a_time:
        fonts, style = _prepared()
        document = HTML(string=html, base_url="about:blank", url_fetcher=_inline_only)
        return bytes(
            document.write_pdf(
                stylesheets=[style],
                font_config=fonts,
                pdf_variant="pdf/a-3b",
                pdf_tags=True,
                pdf_identifier=fingerprint(html)[:32].encode(),
            )
        )


@lru_cache(maxsize=1)
def _style_text() -> str:
    return STYLE_SHEET.read_text()


@lru_cache(maxsize=1)
def _prepared() -> tuple[FontConfiguration, CSS]:
    fonts = FontConfiguration()
    return fonts, CSS(string=_style_text(), font_config=fonts)


def _counter(name: str) -> Markup:
    """A number that only the page layout knows."""
    return Markup('<span class="{}"></span>').format(name)
