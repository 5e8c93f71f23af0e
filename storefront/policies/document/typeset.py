"""HTML to PDF: WeasyPrint with one style sheet, Noto CJK fonts and no way to the network."""

import threading
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from flask import current_app, render_template
from flask_babel import force_locale
from markupsafe import Markup
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from config import ROOT
from storefront.extensions import LANGUAGES

STYLE_SHEET = ROOT / "static" / "pdf" / "policy.css"
LANGUAGE_TAGS = {"zh": "zh-CN", "en": "en"}

# Pango's font maps must not be used by two threads at once, and the work is bound to one core anyway.
_one_at_a_time = threading.Lock()
_inline_only = URLFetcher(allowed_protocols=("data",), fail_on_errors=True)


def to_pdf(template: str, language: str, identifier: str, context: Mapping[str, Any]) -> bytes:
    """A template as tagged PDF/A-3b. The same template, context and identifier give the same bytes."""
    with force_locale(LANGUAGES[language]):
        html = render_template(
            template, language_tag=LANGUAGE_TAGS[language], counter=_counter, **context
        )
    with _one_at_a_time:
        fonts, style = _prepared()
        return bytes(
            HTML(string=html, base_url="about:blank", url_fetcher=_inline_only).write_pdf(
                stylesheets=[style],
                font_config=fonts,
                pdf_variant="pdf/a-3b",
                pdf_tags=True,
                pdf_identifier=identifier.encode(),
            )
        )


@lru_cache(maxsize=1)
def _prepared() -> tuple[FontConfiguration, CSS]:
    fonts = FontConfiguration()
    return fonts, CSS(filename=str(STYLE_SHEET), font_config=fonts)


def _counter(name: str) -> Markup:
    """A number that only the page layout knows."""
    return Markup('<span class="{}"></span>').format(name)
