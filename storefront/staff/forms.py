"""The forms of the desk itself: signing in, members, decisions."""

from flask_babel import lazy_gettext as _
from wtforms import EmailField, PasswordField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, EqualTo, InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from storefront.accounts.forms import NAME_LENGTH, Email, NewPassword, PersonName, stripped
from storefront.extensions import Form
from storefront.staff.kinds import ROLE_NAMES


class ReasonForm(Form):
    """Why somebody wants to see what is masked."""

    reason = StringField(
        _("Reason"),
        [
            DataRequired(_("Please give a reason; it is recorded.")),
            Length(3, 200, _("Please say it in 3 to 200 characters.")),
        ],
        [stripped],
    )


class OwnPasswordForm(Form):
    """The password until now, and a new one; `address` is set by the view."""

    address = ""
    present = PasswordField(
        _("Present password"), [InputRequired(_("Please enter your password.")), Length(max=256)]
    )
    password = PasswordField(
        _("New password"),
        [
            InputRequired(_("Please enter a password.")),
            NewPassword(lambda form: str(form.address)),
        ],
    )
    repeat = PasswordField(
        _("New password again"), [EqualTo("password", _("The two passwords are not the same."))]
    )


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


class NewPasswordForm(Form):
    """A password chosen through an invitation; `address` is set by the view."""

    address = ""
    password = PasswordField(
        _("Password"),
        [
            InputRequired(_("Please enter a password.")),
            NewPassword(lambda form: str(form.address)),
        ],
    )
    repeat = PasswordField(
        _("Password again"), [EqualTo("password", _("The two passwords are not the same."))]
    )


class RolesForm(Form):
    """The roles somebody is to have, and why."""

    roles = SelectMultipleField(
        _("Roles"),
        choices=[SelectChoice(code, label) for code, label in ROLE_NAMES.items()],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    reason = StringField(
        _("Reason"), [DataRequired(_("Please say why.")), Length(max=200)], [stripped]
    )


class InvitationForm(RolesForm):
    """Whom to invite. The roles are asked for; a second person has to agree."""

    name = StringField(
        _("Name"),
        [DataRequired(_("Please enter the name.")), Length(max=NAME_LENGTH), PersonName()],
        [stripped],
    )
    email = EmailField(
        _("E-mail address"),
        [InputRequired(_("Please enter an e-mail address.")), Length(max=254), Email()],
    )


class LeaveForm(Form):
    """Who takes over the open work; empty: the queue."""

    successor = SelectField(_("Open work goes to"), coerce=int, default=0)
