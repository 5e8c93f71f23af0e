"""The storefront: `create_app` gives the web application, which `factory.py` puts together."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    import config


def create_app(settings: "config.Settings | None" = None) -> "Flask":
    """The application. Raises `config.SettingsError` when a setting is missing or wrong."""
    # Imported when it is called: the launcher and the sandbox live in this package too, and must
    # start without loading the whole application.
    from storefront.factory import build

    return build(settings)
