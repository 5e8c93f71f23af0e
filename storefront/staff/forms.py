"""The form of the staff login."""

from flask_babel import lazy_gettext as _
from wtforms import EmailField, PasswordField
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
