"""The pages of the assessors' desk, for the wiring."""

from flask import Flask

from storefront.claims.desk import (  # noqa: F401 - they add views
    acting,
    answers,
    deciding,
    goodwill,
    heads,
    notes,
    papers,
    reserves,
    staff,
    takeover,
)
from storefront.claims.desk.blueprint import blueprint


def init_app(app: Flask) -> None:
    """Registers them."""
    app.register_blueprint(blueprint)
