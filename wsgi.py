"""The WSGI entry point."""

import gc

import config
from storefront import create_app

try:
    app = create_app()
except config.SettingsError as error:
    raise SystemExit("\n".join(("The storefront cannot start:", *error.faults))) from None

# What is loaded now stays for good; the search for garbage need not go through it at every request.
gc.collect()
gc.freeze()
