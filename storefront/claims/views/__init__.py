"""Pages of claims for customers, and for people without an account who came by a link."""

from flask import Blueprint, Flask

from storefront.attachments import gates
from storefront.claims import standing
from storefront.claims.service import handing_in

blueprint = Blueprint("claims", __name__, url_prefix="/claims")

# Registers the views.
from storefront.claims.views import answers, claim, reporting, steps  # noqa: E402,F401


def init_app(app: Flask) -> None:
    """Registers the pages, what their templates can use, the jobs, and who sees the files."""
    from storefront.claims import attached, jobs  # noqa: F401 - makes the jobs known

    app.register_blueprint(blueprint)
    app.jinja_env.globals["claims_words"] = standing
    gates.register(handing_in.OWNER, attached.GATE)
