"""The Flask extensions of the application, created here and wired in `create_app`."""

from flask import has_request_context, request
from flask_babel import Babel, get_locale
from flask_bootstrap import Bootstrap5
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_wtf import CSRFProtect

LANGUAGES = {"zh": "zh_Hans_CN", "en": "en"}
DEFAULT_LANGUAGE = "zh"

babel = Babel()
bootstrap = Bootstrap5()
csrf = CSRFProtect()
limiter = Limiter(get_remote_address, headers_enabled=False, default_limits=[])
login_manager = LoginManager()


def select_language() -> str:
    """Locale of the request: the `language` cookie, else Chinese; jobs and commands choose theirs."""
    if not has_request_context():
        return LANGUAGES[DEFAULT_LANGUAGE]
    return LANGUAGES.get(request.cookies.get("language", ""), LANGUAGES[DEFAULT_LANGUAGE])


def current_language() -> str:
    """Key of the present language in product data: `zh` or `en`."""
    locale = get_locale()
    return "en" if locale is not None and locale.language == "en" else "zh"
