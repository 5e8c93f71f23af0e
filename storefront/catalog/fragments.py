"""Parts of pages that are the same for every visitor, rendered once per product version and language."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping

from flask import render_template
from markupsafe import Markup

from storefront.catalog.bundle import ProductBundle
from storefront.extensions import current_language

MOST_KEPT = 4096

_rendered: OrderedDict[tuple[object, ...], Markup] = OrderedDict()


def fragment(
    template: str,
    bundle: ProductBundle,
    *also: Hashable,
    context: Callable[[], Mapping[str, object]],
) -> Markup:
    """The rendered template; its context must follow from the bundle and `also` alone."""
    key = (template, bundle.content_hash, *also, current_language())
    if key not in _rendered:
        html = render_template(
            template, **{"bundle": bundle, "definition": bundle.definition, **context()}
        )
        _rendered[key] = Markup(html)  # noqa: S704 - made by an escaping template
        while len(_rendered) > MOST_KEPT:
            _rendered.popitem(last=False)
    return _rendered[key]
