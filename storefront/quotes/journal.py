"""What was shown on the way to a quote, in the quote's own chain of the record (E-01).

The chain of the application names where this one stood when it began, and both are replayed together.
"""

from datetime import datetime, timedelta
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from storefront import clock
from storefront.catalog import product_page, shown
from storefront.catalog import service as catalog
from storefront.catalog.bundle import ProductBundle
from storefront.crypto import sha256
from storefront.evidence import service as evidence
from storefront.evidence.service import Happening
from storefront.extensions import LANGUAGES
from storefront.pages import main_of, without_token
from storefront.quotes.models import Quote

RETAIN_QUOTE = timedelta(days=365 * 5)  # E-03, the shortest; an application prolongs its own chain


def quote_kept(session: Session, quote: Quote, language: str, now: datetime) -> None:
    """This quote was made, and what it said."""
    details = {
        "answers": quote.answers,
        "persons": quote.persons,
        "premium": str(quote.premium) if quote.premium is not None else None,
        "lines": quote.lines,
        "language": language,
    }
    _record(session, quote, "quote", details, now)


def product_shown(session: Session, quote: Quote, bundle: ProductBundle, now: datetime) -> None:
    """The product page that the visitor was shown in this visit, where there was one.

    Its text is kept where the page is today what it was then; otherwise its hash says which it was.
    """
    seen = shown.of(quote.product_code)
    if seen is None:
        return
    insurer = catalog.insurer(session, bundle.definition.insurer, now)
    with force_locale(LANGUAGES[seen.language]):
        body = str(product_page.body(bundle, insurer))
    same = sha256(body.encode()) == seen.body_sha256
    details = {
        "title": bundle.definition.marketing_name.in_language(seen.language),
        "language": seen.language,
        "shown_at": seen.at,
        "shown_version": seen.version,
        "shown_sha256": seen.body_sha256,
    }
    _record(session, quote, "page:product", details, now, content=body if same else None)


def page_shown(session: Session, quote: Quote, page: str, language: str, now: datetime) -> None:
    """The page of the quote: recorded when it shows something for the first time, for anybody may look."""
    content = without_token(main_of(page))
    if not evidence.was_recorded(session, quote.ref, "page:quote", content):
        details = {"title": _("Your quote"), "language": language}
        _record(session, quote, "page:quote", details, now, content=content)


def _record(
    session: Session,
    quote: Quote,
    kind: str,
    details: dict[str, Any],
    now: datetime,
    *,
    content: str | None = None,
) -> None:
    product = f"{quote.product_code}/{quote.product_version}"
    happening = Happening(quote.ref, kind, "visitor", content, {"product": product, **details})
    evidence.record(session, happening, now, clock.local_date(now + RETAIN_QUOTE))
