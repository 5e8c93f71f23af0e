"""The pages of this package, for the wiring."""

from flask import Flask

from storefront.customers import (
    application_staff,
    merge_staff,
    payment_staff,
    policy_staff,
    staff,
    words,
)
from storefront.customers.lists import staff as lists


def init_app(app: Flask) -> None:
    """Registers them."""
    app.register_blueprint(staff.blueprint)
    app.register_blueprint(policy_staff.blueprint)
    app.register_blueprint(application_staff.blueprint)
    app.register_blueprint(payment_staff.blueprint)
    app.register_blueprint(merge_staff.blueprint)
    app.register_blueprint(lists.blueprint)
    app.jinja_env.globals["state_words"] = words  # the search, beside this feature, shows them too
