"""The sandbox's web application: its rooms, its languages, its headers."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, Response, g, render_template, request
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException, NotFound

from storefront.sandbox.control import control
from storefront.sandbox.insurer.views import insurers
from storefront.sandbox.mailbox.views import mailbox
from storefront.sandbox.settings import Settings
from storefront.sandbox.state import SETTINGS, STORE
from storefront.sandbox.store import Store
from storefront.sandbox.stripe.api import api
from storefront.sandbox.stripe.pages import pages
from storefront.sandbox.texts import LANGUAGES, text

SHANGHAI = ZoneInfo("Asia/Shanghai")


def create_app(settings: Settings, store: Store | None = None) -> Flask:
    """The WSGI application on the settings' state file; background threads are not its part."""
    app = Flask(__name__)
    app.extensions[SETTINGS] = settings
    app.extensions[STORE] = store or Store(settings.state)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters["moment"] = _moment
    for room in (api, pages, insurers, mailbox, control):
        app.register_blueprint(room)
    app.add_url_rule("/", "home", _home)
    app.before_request(_choose_language)
    app.context_processor(_words)
    app.after_request(_protect)
    app.register_error_handler(NotFound, _not_found)
    return app


def _home() -> str:
    return render_template("sandbox/home.html")


def _choose_language() -> None:
    """What was asked for now or before, else what the browser prefers, else Chinese."""
    wanted = request.args.get("lang") or request.cookies.get("lang")
    g.language = (
        wanted
        if wanted in LANGUAGES
        else request.accept_languages.best_match(LANGUAGES, default="zh")
    )


def _words() -> dict[str, Any]:
    def t(key: str, **values: object) -> str:
        return text(g.language, key, **values)

    return {"t": t, "language": g.language}


def _protect(response: Response) -> Response:
    targets = f"'self' {g.get('form_targets', '')}".strip()
    response.headers.setdefault(
        "Content-Security-Policy",
        "default-src 'none'; style-src 'self'; img-src 'self' data:; frame-src 'self';"
        f" form-action {targets}; base-uri 'none'; frame-ancestors 'none'",
    )
    if request.args.get("lang") in LANGUAGES:
        response.set_cookie("lang", request.args["lang"], httponly=True, samesite="Lax")
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response


def _not_found(error: HTTPException) -> tuple[str, int]:
    return render_template("sandbox/missing.html"), 404


def _moment(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
