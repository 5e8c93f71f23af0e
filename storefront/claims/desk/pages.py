"""The pages of the assessors' desk, for the wiring."""

from flask import Flask

from storefront.claims.desk import acting, deciding, staff  # noqa: F401 - the last two add views
from storefront.claims.desk.blueprint import blueprint


def init_app(app: Flask) -> None:
    """Registers them."""
    app.register_blueprint(blueprint)
