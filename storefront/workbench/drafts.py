"""The pages that change products: upload and check, ask for approval, publish, discard, withdraw."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront import clock
from storefront.access import current_member, staff
from storefront.catalog import service as catalog
from storefront.catalog.bundle import ProductBundle
from storefront.catalog.loader import CatalogInvalid, FileFault
from storefront.db import transaction
from storefront.errors import Refused
from storefront.workbench import archive, diff, prices, service
from storefront.workbench.staff import blueprint

LONGEST_REASON = 500


@blueprint.get("/upload")
@staff("products.edit")
def upload() -> str:
    """Takes a version as a ZIP."""
    return render_template("staff/products/upload.html", faults=())


@blueprint.post("/upload")
@staff("products.edit")
def check() -> Response | tuple[str, int]:
    """Checks the file: every fault at once, or the draft."""
    file = request.files.get("file")
    data = file.stream.read(archive.LARGEST_ZIP + 1) if file else b""
    try:
        bundle = archive.read(data)
        with transaction() as session:
            draft_id = service.upload(session, bundle, current_member(), clock.now()).id
    except CatalogInvalid as invalid:
        faults: tuple[FileFault, ...] = invalid.faults
        return render_template("staff/products/upload.html", faults=faults), 422
    flash(_("The check found no fault."), "success")
    return redirect(url_for("catalog_staff.draft", draft_id=draft_id), 303)


@blueprint.get("/drafts/<int:draft_id>")
@staff("products.read")
def draft(draft_id: int) -> str:
    """An uploaded version: what it changes, what that costs, and what can be done with it."""
    with transaction() as session:
        found = service.get(session, draft_id)
        bundle = ProductBundle.from_json(found.bundle)
        base = catalog.get(session, found.code, found.base_version) if found.base_version else None
        return render_template(
            "staff/products/draft.html",
            draft=found,
            bundle=bundle,
            definition=bundle.definition,
            new=bundle.definition,
            difference=diff.between(base, bundle) if base else None,
            table=prices.compared(base, bundle),
            approval=service.waiting(session, found) if found.is_open else None,
            is_own=found.uploaded_by_id == current_member().id,
            may_edit="products.edit" in current_member().permissions,
        )


@blueprint.post("/drafts/<int:draft_id>/ask")
@staff("products.edit")
def ask(draft_id: int) -> Response:
    """Asks a second person to approve."""
    with transaction() as session:
        approval_id = service.ask(session, draft_id, _reason(), current_member(), clock.now())
    flash(_("Asked. A second person with the permission decides."), "success")
    return redirect(url_for("staff.approval", approval_id=approval_id), 303)


@blueprint.post("/drafts/<int:draft_id>/publish")
@staff("products.edit")
def publish(draft_id: int) -> Response:
    """Publishes what needs no second person."""
    with transaction() as session:
        found = service.publish(session, draft_id, current_member(), clock.now())
        address = url_for("catalog_staff.show", code=found.code, version=found.version)
    flash(_("Published."), "success")
    return redirect(address, 303)


@blueprint.post("/drafts/<int:draft_id>/discard")
@staff("products.edit")
def discard(draft_id: int) -> Response:
    """Gives a draft up."""
    with transaction() as session:
        service.discard(session, draft_id, current_member(), clock.now())
    flash(_("Discarded; nothing was published."), "success")
    return redirect(url_for("catalog_staff.draft", draft_id=draft_id), 303)


@blueprint.post("/<string:code>/withdraw")
@staff("products.approve")
def withdraw(code: str) -> Response:
    """Takes a product off sale at once."""
    with transaction() as session:
        service.withdraw(session, code, _reason(), current_member(), clock.now())
    flash(_("Withdrawn: nobody can buy this product any more. Its policies live on."), "success")
    return redirect(url_for("catalog_staff.index"), 303)


def _reason() -> str:
    reason = request.form.get("reason", "").strip()[:LONGEST_REASON]
    if not reason:
        raise Refused(_("Please give a reason."))
    return reason
