"""Words for the codes of payments."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

HELD: Mapping[str, Any] = {
    "currency": _l("Paid in another currency"),
    "amount": _l("Another amount arrived than was asked for"),
    "application": _l("The application was no longer accepted when the money arrived"),
    "premium": _l("The premium has changed since the payment began"),
    "duplicate": _l("The application was paid twice"),
    "withdrawn": _l("The application had ended before"),
    "late": _l("The money arrived after cover was to begin"),
}
"""Why a payment was held back or returned; a code of an earlier release stays as it is."""
