"""What the pages of accounts share: where to go on, and how a refused password or code is told."""

from typing import Any

from flask import redirect, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront.accounts import rules
from storefront.accounts.service.links import LinkState
from storefront.accounts.service.logins import Wait


def wanted_path() -> str | None:
    """The page of this site to go on to after logging in, if a valid one is asked for."""
    return rules.local_path(request.values.get("next"), request.host)


def go_on(path: str | None = None) -> Response:
    """To the page that was wanted, else to the profile."""
    return redirect(path or wanted_path() or url_for("accounts.profile"))


def language() -> str:
    """Locale in which the visitor reads, for mails."""
    return str(get_locale())


def refuse(field: Any, outcome: Wait | bool | None, message: str) -> int:
    """Puts at the field why what was entered is not taken, and gives the status of the page."""
    if isinstance(outcome, Wait):
        field.errors = [
            _(
                "There were too many failed attempts; please wait %(seconds)s seconds and try again.",
                seconds=outcome.seconds,
            )
        ]
        return 429
    field.errors = [message]
    return 422


def link_texts(state: LinkState) -> tuple[str, str]:
    """Title and advice for a link that cannot be used."""
    if state is LinkState.USED:
        return (
            _("This link was used already"),
            _("Nothing more is to be done with it; you can simply log in."),
        )
    return (
        _("This link is no longer valid"),
        _("It may have expired, or a newer one took its place. You can ask for another."),
    )
