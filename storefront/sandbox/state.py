"""The running app's store and settings, for the views."""

from typing import cast

from flask import current_app

from storefront.sandbox.settings import Settings
from storefront.sandbox.store import Store

STORE, SETTINGS = "sandbox.store", "sandbox.settings"


def store() -> Store:
    return cast(Store, current_app.extensions[STORE])


def settings() -> Settings:
    return cast(Settings, current_app.extensions[SETTINGS])
