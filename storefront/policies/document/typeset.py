"""HTML to PDF: WeasyPrint with one style sheet, Noto CJK fonts and no way to the network."""

import gc
import threading
from collections.abc import Mapping
from functools import lru_cache
from importlib import metadata
from typing import Any, NamedTuple

from flask import render_template
from flask_babel import force_locale
from markupsafe import Markup

from config import ROOT
from storefront import crypto
from storefront.extensions import LANGUAGES

STYLE_SHEET = ROOT / "static" / "pdf" / "policy.css"
LANGUAGE_TAGS = {"zh": "zh-CN", "en": "en"}

# Pango's font maps must not be used by two threads at once.
_one_at_a_time = threading.Lock()


class _Prepared(NamedTuple):
    """Made once per process: fonts, style sheet, and a fetcher without a way to the network."""

    fonts: Any
    style: Any
    inline_only: Any


def compose(template: str, language: str, context: Mapping[str, Any]) -> str:
    """A template as HTML in one language."""
    with force_locale(LANGUAGES[language]):
        return render_template(
            template, language_tag=LANGUAGE_TAGS[language], counter=_counter, **context
        )


def fingerprint(html: str) -> str:
    """What the PDF of this HTML is recognised by: text, style sheet and typesetter."""
    return crypto.sha256(
        b"\0".join((html.encode(), _style_text().encode(), metadata.version("weasyprint").encode()))
    )


def to_pdf(html: str, *, compressed: bool = True) -> bytes:
    """The HTML as tagged PDF/A-3b; the same HTML gives the same bytes.

    What is merged into another file need not be compressed: merging does that, and faster.
    """
    from weasyprint import HTML

    with _one_at_a_time:
        prepared = _prepared()
        document = HTML(string=html, base_url="about:blank", url_fetcher=prepared.inline_only)
        return bytes(
            document.write_pdf(
                stylesheets=[prepared.style],
                font_config=prepared.fonts,
                pdf_variant="pdf/a-3b",
                pdf_tags=True,
                pdf_identifier=fingerprint(html)[:32].encode(),
                uncompressed_pdf=not compressed,
            )
        )


@lru_cache(maxsize=1)
def _style_text() -> str:
    return STYLE_SHEET.read_text()


@lru_cache(maxsize=1)
def _prepared() -> "_Prepared":
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher

    # Modules stay for good; searching them for garbage again and again took an eighth of the time.
    gc.collect()
    gc.freeze()
    fonts = FontConfiguration()
    return _Prepared(
        fonts,
        CSS(string=_style_text(), font_config=fonts),
        URLFetcher(allowed_protocols=("data",), fail_on_errors=True),
    )


def _counter(name: str) -> Markup:
    """A number that only the page layout knows."""
    return Markup('<span class="{}"></span>').format(name)
