"""The pages of the products workbench: all products, one version to read, two versions side by side."""

from flask import Blueprint, render_template, request

from storefront import clock
from storefront.access import staff
from storefront.catalog import service as catalog
from storefront.db import transaction
from storefront.errors import NotFound
from storefront.workbench import diff, names, prices, reading

blueprint = Blueprint("catalog_staff", __name__, url_prefix="/staff/products")


@blueprint.app_context_processor
def _names() -> dict[str, object]:
    return {
        "section_name": names.section_name,
        "condition_words": names.condition_words,
        "outcome_name": names.outcome_name,
        "flattened": diff.flattened,
    }


@blueprint.get("/")
@staff("products.read")
def index() -> str:
    """Every product and what of it is on sale."""
    with transaction() as session:
        return render_template(
            "staff/products/index.html",
            products=reading.products(session, clock.now()),
            drafts=reading.drafts(session),
        )


@blueprint.get("/<string:code>/<int:version>")
@staff("products.read")
def show(code: str, version: int) -> str:
    """One published version in full, in both languages."""
    with transaction() as session:
        bundle = catalog.get(session, code, version)
        versions = reading.versions_of(session, code, clock.now())
        return render_template(
            "staff/products/show.html",
            bundle=bundle,
            definition=bundle.definition,
            version=next(item for item in versions if item.number == version),
            versions=versions,
            before=reading.number_before(versions, version),
        )


@blueprint.get("/<string:code>/compare")
@staff("products.read")
def compare(code: str) -> str:
    """What differs between two versions, and what that makes of the example premiums."""
    old, new = (request.args.get(name, type=int) for name in ("old", "new"))
    if old is None or new is None:
        raise NotFound
    with transaction() as session:
        before, after = catalog.get(session, code, old), catalog.get(session, code, new)
        return render_template(
            "staff/products/compare.html",
            old=before.definition,
            new=after.definition,
            versions=reading.versions_of(session, code, clock.now()),
            difference=diff.between(before, after),
            table=prices.compared(before, after),
        )
