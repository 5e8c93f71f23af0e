"""Maps every exception that ends a request to one page, once, with the request id on it."""

import structlog
from flask import Flask, current_app, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from psycopg.errors import OperationalError as DriverError
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from storefront.errors import StorefrontError
from storefront.logs import request_id

_log = structlog.get_logger()
Answer = tuple[str, int] | tuple[str, int, dict[str, str]]


def init_app(app: Flask) -> None:
    """Registers the handlers."""
    app.register_error_handler(StorefrontError, lambda error: page(error.status, error.message))
    app.register_error_handler(CSRFError, _expired_form)
    app.register_error_handler(HTTPException, lambda error: page(error.code or 500))
    for lost in (OperationalError, DriverError, PoolTimeout):
        app.register_error_handler(lost, _database_lost)
    app.register_error_handler(DataError, _impossible_value)
    app.register_error_handler(Exception, _fault)


def page(status: int, message: str = "") -> Answer:
    """The error page of a status, with a sentence the visitor can act on."""
    title, advice = _texts().get(status, _texts()[500] if status >= 500 else _texts()[400])
    # Not render_template: it would load the customer for the page, and the database may be down.
    body = current_app.jinja_env.get_template("errors/error.html").render(
        settings=current_app.extensions["settings"],
        status=status,
        title=title,
        message=message or advice,
        request_id=request_id(),
    )
    if status == 503:
        return body, status, {"Retry-After": "5"}
    return body, status


def _texts() -> dict[int, tuple[str, str]]:
    return {
        400: (
            _("We could not read this request"),
            _("Please go back, check what you entered and try again."),
        ),
        403: (_("You may not do this"), _("Your account does not allow this step.")),
        404: (
            _("This page does not exist"),
            _("The address may be incomplete, or the page was moved."),
        ),
        405: (
            _("This page cannot be used this way"),
            _("Please go back and use the buttons on the page."),
        ),
        409: (
            _("Something changed meanwhile"),
            _("Please reload the page; what is stored is shown there."),
        ),
        413: (_("That is too large"), _("Please send a smaller file.")),
        422: (_("This is not possible"), _("Please check the details and try again.")),
        429: (_("Too many attempts"), _("Please wait a few minutes and try again.")),
        500: (
            _("Something went wrong on our side"),
            _("Nothing you entered before is lost. Please try again in a moment."),
        ),
        503: (
            _("We are back in a moment"),
            _(
                "A part of the site does not answer just now. Nothing is lost. Please try again in a few seconds."
            ),
        ),
    }


def _expired_form(error: CSRFError) -> Answer:
    return page(
        400,
        _(
            "This form was open for too long or your browser refused its cookie. Please go back, reload the page and send it again."
        ),
    )


def _database_lost(error: Exception) -> Answer:
    _log.error("database.unavailable", error=type(error).__name__)
    return page(503)


def _impossible_value(error: DataError) -> Answer:
    """A NUL character or a number beyond all columns: no page sends them, and none can be kept."""
    _log.warning("request.impossible-value", error=type(error.orig).__name__)
    return page(400)


def _fault(error: Exception) -> Answer:
    _log.error(
        "request.fault", route=request.url_rule.rule if request.url_rule else "", exc_info=error
    )
    return page(500)
