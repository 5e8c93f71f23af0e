"""Pages of claims for customers, and for people without an account who came by a link."""

from flask import Blueprint, Flask

from storefront.claims import standing

blueprint = Blueprint("claims", __name__, url_prefix="/claims")

from storefront.claims.views import answers, claim, reporting, steps  # noqa: E402,F401 - register the views


def init_app(app: Flask) -> None:
    """Registers the pages and what their templates can use."""
    app.register_blueprint(blueprint)
    app.jinja_env.globals["claims_words"] = standing
