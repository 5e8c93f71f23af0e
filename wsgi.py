"""The WSGI entry point."""

import config
from storefront import create_app

try:
    app = create_app()
except config.SettingsError as error:
    raise SystemExit("\n".join(("The storefront cannot start:", *error.faults))) from None
