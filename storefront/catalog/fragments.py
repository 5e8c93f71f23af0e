"""Parts of pages that are the same for every visitor, rendered once per product version and language."""

from collections import OrderedDict
from typing import Any

from flask import render_template
from markupsafe import Markup

from storefront.catalog.bundle import ProductBundle
from storefront.catalog.insurers import InsurerProfile
from storefront.extensions import current_language

MOST_KEPT = 4096

_rendered: OrderedDict[tuple[object, ...], Markup] = OrderedDict()


def fragment(
    template: str, bundle: ProductBundle, insurer: InsurerProfile, **context: Any
) -> Markup:
    """The rendered template; `context` must follow from the bundle alone."""
    key = (template, bundle.content_hash, insurer, current_language())
    if key not in _rendered:
        html = render_template(
            template, bundle=bundle, definition=bundle.definition, insurer=insurer, **context
        )
        _rendered[key] = Markup(html)  # noqa: S704 - made by an escaping template
        while len(_rendered) > MOST_KEPT:
            _rendered.popitem(last=False)
    return _rendered[key]
