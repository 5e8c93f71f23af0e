"""What every template can use: languages, money, dates, addresses of files, the operator's particulars."""

import hashlib
import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import format_date as babel_format_date
from flask import Flask, Response, current_app, request, url_for
from flask_babel import get_locale
from markupsafe import Markup
from wtforms import FieldList, FormField
from wtforms.form import BaseForm

from storefront import clock
from storefront.extensions import LANGUAGES, current_language

_TOKEN = re.compile(r'<input[^>]*name="csrf_token"[^>]*>')
STATIC_ENDPOINTS = ("static", "bootstrap.static")


def init_app(app: Flask) -> None:
    """Registers filters and globals, and lets browsers keep files for good."""
    app.jinja_env.filters.update(money=money, text=text, day=day, moment=moment)
    app.jinja_env.globals.update(
        current_language=current_language,
        errors_of=errors_of,
        has_view=has_view,
        here=here,
        kept=kept,
        language_name=language_name,
        static_url=static_url,
    )
    app.context_processor(lambda: {"settings": current_app.extensions["settings"]})
    app.extensions["kept_parts"] = {}
    app.url_defaults(_add_fingerprint)
    app.after_request(_keep_fingerprinted)


def main_of(page: str) -> str:
    """What a whole page shows between header and footer."""
    start, end = page.index("<main"), page.rindex("</main>")
    return page[page.index(">", start) + 1 : end]


def without_token(html: str) -> str:
    """HTML as it is recorded: a form token is new at every view and no part of what was shown."""
    return _TOKEN.sub("", html)


def money(amount: Decimal) -> str:
    """`¥1,234.50`, `-¥285.00`."""
    return f"{'-' if amount < 0 else ''}¥{abs(amount):,.2f}"


def text(value: Any) -> str:
    """The present language's side of a bilingual text (`{zh, en}` as mapping or object)."""
    language = current_language()
    return str(value[language] if isinstance(value, dict) else getattr(value, language))


def day(value: date | datetime) -> str:
    """A calendar date in China, written as the reader's language does."""
    if isinstance(value, datetime):
        value = clock.local_date(value)
    return babel_format_date(value, "long", locale=get_locale())


def moment(value: datetime) -> str:
    """Date and time in China."""
    return value.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M")


def kept(template: str, **context: str | None) -> Markup:
    """A part of the frame that follows from language and `context` alone, rendered once for all.

    Such a part must not ask who the visitor is.
    """
    parts = current_app.extensions["kept_parts"]
    key = (template, current_language(), *context.items())
    if key not in parts or current_app.debug:
        settings = current_app.extensions["settings"]
        html = current_app.jinja_env.get_template(template).render(settings=settings, **context)
        parts[key] = Markup(html)  # noqa: S704 - made by an escaping template
    found: Markup = parts[key]
    return found


def has_view(endpoint: str) -> bool:
    """Whether the feature behind an endpoint is there, so that a link may lead to it."""
    return endpoint in current_app.view_functions


def here() -> str:
    """Where the visitor is, for a way back; the home page when the address takes no GET."""
    takes_get = request.url_rule is not None and "GET" in (request.url_rule.methods or ())
    return request.full_path.rstrip("?") if takes_get else "/"


@cache
def language_name(code: str) -> str:
    """What a language calls itself."""
    return str(Locale.parse(LANGUAGES[code]).language_name)


def static_url(name: str) -> str:
    """Address of a file under static/; it changes with the content."""
    return url_for("static", filename=name)


def errors_of(form: BaseForm) -> list[tuple[str, str]]:
    """Id of the first control and message of every error in a form, nested ones included."""
    return list(_errors_in(form))


def _errors_in(fields: Any) -> Iterator[tuple[str, str]]:
    for field in fields:
        if isinstance(field, FormField):
            yield from _errors_in(field.form)
        elif isinstance(field, FieldList) and field.entries:
            yield from ((field.id, error) for error in field.errors if isinstance(error, str))
            yield from _errors_in(field.entries)
        else:
            yield from ((_first_control(field), error) for error in field.errors)


def _first_control(field: Any) -> str:
    return f"{field.id}-0" if field.type == "RadioField" else field.id


def _add_fingerprint(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint in STATIC_ENDPOINTS and "v" not in values:
        path = _static_path(endpoint, values["filename"])
        if path.is_file():
            values["v"] = _fingerprint(path, path.stat().st_mtime_ns)


def _keep_fingerprinted(response: Response) -> Response:
    if request.endpoint in STATIC_ENDPOINTS and response.status_code in (200, 206, 304):
        path = _static_path(request.endpoint, (request.view_args or {})["filename"])
        if request.args.get("v") == _fingerprint(path, path.stat().st_mtime_ns):
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def _static_path(endpoint: str, filename: str) -> Path:
    blueprint = endpoint.rpartition(".")[0]
    owner = current_app.blueprints[blueprint] if blueprint else current_app
    return Path(str(owner.static_folder)) / filename


@cache
def _fingerprint(path: Path, changed_at: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]
