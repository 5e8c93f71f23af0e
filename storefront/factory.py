"""Puts the application together: wiring, and nothing but wiring."""

from pathlib import Path

from flask import Flask
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

import config
from storefront import (
    access,
    channel,
    cli,
    crypto,
    db,
    error_pages,
    files,
    jobs,
    logs,
    pages,
    security,
    translate,
    wiring,
)
from storefront.extensions import babel, bootstrap, csrf, limiter, login_manager, select_language


def build(settings: config.Settings | None = None) -> Flask:
    """The application. Raises `config.SettingsError` when a setting is missing or wrong."""
    settings = settings or config.load()
    if not settings.database_url:
        raise config.SettingsError(
            ["DATABASE_URL is not set; `make setup` prepares the embedded PostgreSQL"]
        )
    root = Path(config.ROOT)
    app = Flask(
        "storefront",
        template_folder=str(root / "templates"),
        static_folder=str(root / "static"),
        instance_path=str(settings.instance.resolve()),
    )
    app.config.from_mapping(_flask_config(settings, root))
    app.extensions["settings"] = settings
    app.extensions["files"] = files.open_store(settings.files_url, settings.instance / "files")
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if int(settings.trusted_proxies):
        hops = int(settings.trusted_proxies)
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    crypto.configure(
        settings.data_keys.split(","), settings.lookup_key, settings.secret_keys.split(",")
    )

    logs.init_app(app, settings)
    security.init_app(app, settings)
    db.init_app(app)
    cli.alembic.init_app(app)
    babel.init_app(app, locale_selector=select_language)
    for extension in (bootstrap, csrf, limiter, login_manager):
        extension.init_app(app)
    for part in (access, channel, jobs, translate, pages, error_pages, cli, wiring):
        part.init_app(app)
    access.check_all_declared(app)
    return app


def _flask_config(settings: config.Settings, root: Path) -> dict[str, object]:
    current, *older = settings.secret_keys.split(",")
    return {
        "SECRET_KEY": current,
        "SECRET_KEY_FALLBACKS": older,
        "SESSION_COOKIE_SECURE": settings.base_url.startswith("https"),
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        # One file of the largest size, and the rest of its form.
        "MAX_CONTENT_LENGTH": (int(settings.upload_megabytes) + 5) * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
        "WTF_CSRF_TIME_LIMIT": None,
        "BOOTSTRAP_SERVE_LOCAL": True,
        "BABEL_DEFAULT_LOCALE": "zh_Hans_CN",
        "BABEL_DEFAULT_TIMEZONE": "Asia/Shanghai",
        "BABEL_TRANSLATION_DIRECTORIES": str(root / "storefront" / "translations"),
        "RATELIMIT_STORAGE_URI": settings.redis_url or "memory://",
        "SQLALCHEMY_ENGINES": {
            "default": {
                "url": _driver_url(settings.database_url),
                "hide_parameters": True,
                "pool_size": 5,
                "max_overflow": 10,
                "pool_timeout": 5,
                "connect_args": {"connect_timeout": 5},
            }
        },
        "ALEMBIC": {"script_location": str(root / "migrations")},
        "ALEMBIC_CONTEXT": {"compare_type": True, "include_name": cli.is_ours},
    }


def _driver_url(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://", 1)
