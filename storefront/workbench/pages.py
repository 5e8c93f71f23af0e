"""The pages, the job and the approval of this feature, for the wiring."""

from typing import Any

from flask import Flask, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy.orm import Session

from storefront.staff import approvals
from storefront.staff.models import Approval
from storefront.workbench import drafts, jobs, service, staff  # noqa: F401 - they become known
from storefront.workbench.models import ProductDraft


def init_app(app: Flask) -> None:
    """Registers them."""
    app.register_blueprint(staff.blueprint)
    approvals.register(
        service.APPROVAL,
        approvals.Kind(_l("Publish a product"), "products.approve", _describe, service.approve),
    )


def _describe(session: Session, approval: Approval) -> list[tuple[str, Any]]:
    draft = session.get_one(ProductDraft, approval.payload["draft"])
    address = url_for("catalog_staff.draft", draft_id=draft.id)
    link = Markup('<a href="{}">{}</a>').format(address, _("What it changes"))
    return [(_("Product"), draft.code), (_("Version"), draft.version), (_("Changes"), link)]
