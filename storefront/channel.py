"""By which way a visitor came: remembered for the browser session, kept with the quote.

Only the names below are taken from an address; anything else a link says stays unread.
"""

import flask
from flask import Flask, request

CHANNELS = ("web", "search", "social", "partner", "mail")
DIRECT = "web"
PARAMETER = "utm_source"
_KEY = "channel"


def init_app(app: Flask) -> None:
    """Remembers the channel of a link that names one."""
    app.before_request(_remember)


def present() -> str:
    """The channel of this visitor."""
    found = flask.session.get(_KEY, DIRECT)
    return found if found in CHANNELS else DIRECT


def _remember() -> None:
    named = request.args.get(PARAMETER)
    if named in CHANNELS:
        flask.session[_KEY] = named
