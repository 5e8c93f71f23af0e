"""Structured logs: one line an event, with the request id, and nothing personal in it.

Paths are logged as the pattern of their route, because references and tokens stand in addresses.
"""

import logging
import secrets
import time

import structlog
from flask import Flask, Response, g, request

from config import Settings


def init_app(app: Flask, settings: Settings) -> None:
    """Configures logging for the process and one access line for each request."""
    as_json = (settings.log_format or ("json" if settings.production else "console")) == "json"
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False)
            if as_json
            else structlog.dev.ConsoleRenderer(colors=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelName(settings.log_level)
        ),
        cache_logger_on_first_use=True,
    )
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    logging.getLogger("procrastinate").setLevel(logging.ERROR)
    app.before_request(_begin)
    app.after_request(_end)


def request_id() -> str:
    """The id that ties a page the visitor sees to the lines in the log."""
    return str(g.get("request_id", "-"))


def _begin() -> None:
    g.request_id = secrets.token_hex(8)
    g.request_began = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _end(response: Response) -> Response:
    response.headers["X-Request-Id"] = request_id()
    if request.endpoint not in ("static", "bootstrap.static", "site.healthz", "site.readyz"):
        structlog.get_logger().info(
            "request",
            method=request.method,
            route=request.url_rule.rule if request.url_rule else "(none)",
            status=response.status_code,
            ms=round((time.perf_counter() - g.get("request_began", time.perf_counter())) * 1000, 1),
        )
    return response
