"""The body of a product page: it follows from version, insurer and language alone (P-01, P-02)."""

from markupsafe import Markup

from storefront.catalog import chart, examples
from storefront.catalog.bundle import ProductBundle
from storefront.catalog.fragments import fragment
from storefront.catalog.insurers import InsurerProfile


def body(bundle: ProductBundle, insurer: InsurerProfile) -> Markup:
    """What every visitor is shown, in the present language."""
    return fragment(
        "catalog/_product.html", bundle, insurer, context=lambda: _particulars(bundle, insurer)
    )


def _particulars(bundle: ProductBundle, insurer: InsurerProfile) -> dict[str, object]:
    table = examples.table_of(bundle)
    return {
        "insurer": insurer,
        "table": table,
        "chart": chart.chart_of(bundle.definition, table),
        "label_of": examples.label_of,
    }
