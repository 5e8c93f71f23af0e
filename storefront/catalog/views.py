"""Pages of the catalogue: the list, a product, its clauses, the comparison, an insurer."""

from flask import Blueprint, render_template, request, url_for
from markupsafe import Markup

from storefront import clock
from storefront.access import public
from storefront.catalog import clauses as markdown
from storefront.catalog import (
    comparison,
    examples,
    finder,
    messages,
    occupations,
    product_page,
    service,
    shown,
)
from storefront.catalog.bundle import ProductBundle
from storefront.catalog.definition import LINES
from storefront.catalog.fragments import fragment
from storefront.catalog.needs import needs
from storefront.catalog.shelf import Shelf
from storefront.db import db
from storefront.extensions import current_language

blueprint = Blueprint("catalog", __name__)

PAGE_SIZE = 24
FIELDS = ("occupation.search",)  # names under which forms ask for occupations


@blueprint.get("/products/")
@public
def index() -> str:
    """All products on sale, or those that fit what the visitor looks for."""
    on_sale = service.on_sale(db.session, clock.now())
    wish, faults = finder.read_wish(request.args)
    found = finder.find(on_sale.bundles, wish)
    pages = max(1, -(-len(found) // PAGE_SIZE))
    page = min(max(request.args.get("page", 1, type=int), 1), pages)
    return render_template(
        "catalog/index.html",
        cards=[
            _card(bundle, on_sale) for bundle in found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
        ],
        count=len(found),
        page=page,
        pages=pages,
        page_url=lambda number: url_for(
            "catalog.index", **{**request.args.to_dict(), "page": number}
        ),
        wish=wish,
        faults=faults,
        lines=LINES,
        needs_options=[
            (slug, name.in_language(current_language())) for slug, name in needs().items()
        ],
    )


def _card(bundle: ProductBundle, on_sale: Shelf) -> Markup:
    insurer = on_sale.insurer(bundle.definition.insurer)
    return fragment(
        "catalog/_card.html",
        bundle,
        insurer,
        context=lambda: {"insurer": insurer, "premium": examples.table_of(bundle).lowest},
    )


@blueprint.get("/products/<string:code>")
@public
def product(code: str) -> str:
    """Everything about one product (P-01, P-02)."""
    now = clock.now()
    on_sale = service.on_sale(db.session, now)
    bundle = on_sale.product(code)
    body = product_page.body(bundle, on_sale.insurer(bundle.definition.insurer))
    shown.remember(code, bundle.definition.version, current_language(), body, now)
    return render_template("catalog/product.html", definition=bundle.definition, body=body)


@blueprint.get("/products/<string:code>/clauses")
@public
def clauses(code: str) -> str:
    """The clauses of the version on sale, or of another one named by `version`."""
    version = request.args.get("version", type=int)
    if version is None:
        bundle = service.current(db.session, code, clock.now())
    else:
        bundle = service.get(db.session, code, version)
    text = bundle.clauses_in(current_language())
    return render_template(
        "catalog/clauses.html",
        definition=bundle.definition,
        sections=markdown.sections(text).values(),
        body=Markup(markdown.to_html(text)),  # noqa: S704 - made without raw HTML
    )


@blueprint.get("/compare")
@public
def compare() -> str:
    """Up to four products, or variants of one, side by side for the same person (P-03)."""
    on_sale = service.on_sale(db.session, clock.now())
    codes = [code for code in request.args.getlist("code") if code][: comparison.MOST_COLUMNS]
    columns = comparison.columns_of([on_sale.product(code) for code in codes], request.args)
    return render_template(
        "catalog/compare.html",
        columns=columns,
        codes=codes,
        on_sale=on_sale.bundles,
        most=comparison.MOST_COLUMNS,
        questions=[q for q in comparison.questions_of(columns) if q.shown],
        covers=comparison.covers_of(columns),
        insurers=on_sale.insurers,
        sentence=messages.sentence,
    )


@blueprint.get("/insurers/<string:code>")
@public
def insurer(code: str) -> str:
    """One insurer: who it is, how to reach it, what it sells here."""
    on_sale = service.on_sale(db.session, clock.now())
    return render_template(
        "catalog/insurer.html",
        insurer=on_sale.insurer(code),
        products=[
            bundle.definition for bundle in on_sale.bundles if bundle.definition.insurer == code
        ],
    )


@blueprint.get("/occupations")
@public
def occupations_page() -> str:
    """Occupations and their classes: those that some words find, or all; for a field, as its choices."""
    name, query = next(
        ((key[: -len(".search")], text) for key, text in request.args.items() if key in FIELDS),
        ("", request.args.get("q", "")),
    )
    found = occupations.search(query)
    if name:
        return render_template("catalog/_occupations.html", name=name, query=query, found=found)
    shown = found if query else list(occupations.table().values())
    return render_template("catalog/occupations.html", query=query, found=shown)
