"""The forms of the desk itself: signing in, members, decisions."""

from flask_babel import lazy_gettext as _
from wtforms import EmailField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from storefront.extensions import Form


class LoginForm(Form):
    """Address and password."""

    email = EmailField(
        _("E-mail address"),
        [InputRequired(_("Please enter your e-mail address.")), Length(max=254)],
    )
    password = PasswordField(
        _("Password"), [InputRequired(_("Please enter your password.")), Length(max=256)]
    )


class CodeForm(Form):
    """A code of the app, or a recovery code where one is taken."""

    code = StringField(_("Code"), [InputRequired(_("Please enter the code.")), Length(max=40)])
