"""The Flask extensions of the application, created here and wired in `create_app`."""

from typing import Any

from babel import Locale
from flask import g, has_request_context, request
from flask_babel import Babel, get_locale
from flask_bootstrap import Bootstrap5
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_wtf import CSRFProtect, FlaskForm
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from wtforms import FileField

LANGUAGES = {"zh": "zh_Hans_CN", "en": "en"}
DEFAULT_LANGUAGE = "zh"

babel = Babel()
bootstrap = Bootstrap5()
csrf = CSRFProtect()
limiter = Limiter(get_remote_address, headers_enabled=False, default_limits=[])
login_manager = LoginManager()


class Form(FlaskForm):
    """Base of all forms: a text field holds a text, whatever is sent in its name.

    Flask-WTF would also read JSON, and files into any field.
    """

    class Meta(FlaskForm.Meta):
        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            if request.is_json:
                return None
            given = super().wrap_formdata(form, formdata)
            if not isinstance(given, CombinedMultiDict):
                return given
            names = {field.name for field in form if isinstance(field, FileField)}
            files = [item for item in request.files.items(multi=True) if item[0] in names]
            return CombinedMultiDict([MultiDict(files), request.form])


def select_language() -> str:
    """Locale of the request: the `language` cookie, else Chinese; jobs and commands choose theirs."""
    if not has_request_context():
        return LANGUAGES[DEFAULT_LANGUAGE]
    return LANGUAGES.get(request.cookies.get("language", ""), LANGUAGES[DEFAULT_LANGUAGE])


def present_locale() -> Locale | None:
    """The locale of the request or job; None outside of both.

    A page asks dozens of times. Where Flask-Babel has settled it already, we look there ourselves.
    """
    try:
        settled = getattr(g.get("_flask_babel"), "babel_locale", None)
    except RuntimeError:  # outside of requests and jobs
        return None
    return settled or get_locale()


def current_language() -> str:
    """Key of the present language in product data: `zh` or `en`."""
    locale = present_locale()
    return "en" if locale is not None and locale.language == "en" else "zh"
