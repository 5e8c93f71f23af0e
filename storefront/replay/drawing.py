"""Draws a recorded page again from its stored HTML, as a document that stands alone."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask import render_template
from flask_babel import force_locale

from storefront.catalog import service as catalog
from storefront.extensions import LANGUAGES
from storefront.replay.timeline import Event

STYLES = ("bootstrap.min.css", "colours.css", "theme.css", "advice.css", "catalog.css")
# Only the steps have the premium beside them; these pages say themselves what is to be paid.
WITHOUT_PREMIUM = ("page:offer", "page:questions", "page:appeal", "page:declaration")
# The frame runs nothing, sends nothing, and has an origin of its own.
FRAME_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; base-uri 'none';"
    " form-action 'none'; frame-ancestors 'self'; sandbox"
)


def document(session: Any, event: Event, content: str, stylesheets: Sequence[str], ref: str) -> str:
    """The page of an event in the language in which it was shown."""
    premium = None if event.kind in WITHOUT_PREMIUM else event.details.get("premium")
    with force_locale(LANGUAGES[event.language]):
        return render_template(
            "staff/evidence/frame.html",
            event=event,
            content=content,
            stylesheets=stylesheets,
            ref=ref,
            product=_product_name(session, event),
            premium=Decimal(premium) if premium not in (None, "None") else None,
        )


def _product_name(session: Any, event: Event) -> str:
    code, _slash, version = str(event.details.get("product", "")).partition("/")
    if not version:
        return ""
    definition = catalog.get(session, code, int(version)).definition
    return definition.marketing_name.in_language(event.language)
