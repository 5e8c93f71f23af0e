"""Forms of accounts: they judge shape; `rules.py` and `identity.py` hold the rules they ask."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, EmailField, PasswordField, RadioField, StringField, TelField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import (
    DataRequired,
    EqualTo,
    InputRequired,
    Length,
    Optional,
    ValidationError,
)

from storefront import clock, identity
from storefront.accounts import passwords, rules
from storefront.extensions import Form
from storefront.identity import IdentityError, IdNumber

NAME_LENGTH = 60
RELATIONS = {
    "spouse": _l("Spouse"),
    "child": _l("Child"),
    "parent": _l("Parent"),
    "relative": _l("Another relative"),
    "employee": _l("Employee"),
    "other": _l("Somebody else"),
}


def stripped(value: str | None) -> str:
    """Filter: the text without blanks around it."""
    return value.strip() if value else ""


class Email:
    """Validator: an address that can be written to; the field then holds its usual form."""

    def __call__(self, form: Form, field: Any) -> None:
        try:
            field.data = rules.normalise_email(field.data)
        except ValueError:
            raise ValidationError(
                _("Please enter a complete e-mail address, such as name@example.com.")
            ) from None


class NewPassword:
    """Validator of a new password; `email` gives the address it must not contain."""

    def __init__(self, email: Callable[[Any], str]) -> None:
        self.email = email

    def __call__(self, form: Form, field: Any) -> None:
        messages = {
            "short": _(
                "Please choose a password of at least %(count)s characters.",
                count=rules.MINIMUM_PASSWORD,
            ),
            "long": _(
                "Please choose a password of at most %(count)s characters.",
                count=rules.MAXIMUM_PASSWORD,
            ),
            "common": _("This password is among those everybody tries first; choose another."),
            "contains-email": _("The password must not contain your e-mail address."),
        }
        email = self.email(form)
        faults = rules.password_faults(field.data or "", email, passwords.common_passwords())
        if faults:
            raise ValidationError(messages[faults[0]])


class PersonName:
    """Validator: a name of visible characters."""

    def __call__(self, form: Form, field: Any) -> None:
        if field.data and not field.data.isprintable():
            raise ValidationError(_("The name contains characters that cannot be printed."))


def check_id_number(text: str) -> IdNumber:
    """The identity number a field holds. Raises ValidationError saying what to look at (S-10)."""
    messages = {
        "length": _("An identity number has 18 characters: 17 digits and a digit or X."),
        "check-digit": _("This identity number has a typing mistake; please compare it."),
        "birth-date": _(
            "The birth date in this identity number does not exist; please compare it."
        ),
    }
    try:
        return identity.parse_id_number(text, clock.local_date(clock.now()))
    except IdentityError as error:
        raise ValidationError(messages[error.slug]) from None


def check_mobile(text: str) -> str:
    """The mobile number a field holds, as 11 digits. Raises ValidationError."""
    try:
        return identity.normalise_mobile(text)
    except IdentityError:
        raise ValidationError(
            _("Please enter a mobile number of Mainland China with 11 digits.")
        ) from None


def email_field(label: Any) -> Any:
    """A required e-mail address."""
    return EmailField(
        label,
        filters=[stripped],
        validators=[
            DataRequired(_l("Please enter an e-mail address.")),
            Length(max=rules.MAXIMUM_EMAIL, message=_l("This address is too long.")),
            Email(),
        ],
    )


def present_password_field(label: Any) -> Any:
    """The password one has."""
    return PasswordField(
        label,
        validators=[
            InputRequired(_l("Please enter your password.")),
            Length(
                max=rules.MAXIMUM_PASSWORD, message=_l("The password is longer than any we accept.")
            ),
        ],
    )


def new_password_field(label: Any, email: Callable[[Any], str]) -> Any:
    """The password one chooses."""
    return PasswordField(
        label,
        validators=[InputRequired(_l("Please choose a password.")), NewPassword(email)],
    )


def repeat_field(name: str) -> Any:
    """The chosen password once more."""
    return PasswordField(
        _l("Repeat the password"),
        validators=[EqualTo(name, message=_l("The two passwords are not the same."))],
    )


def name_field() -> Any:
    """A person's name."""
    return StringField(
        _l("Name as in the identity document"),
        filters=[stripped],
        validators=[
            DataRequired(_l("Please enter the name.")),
            Length(max=NAME_LENGTH, message=_l("The name is too long.")),
            PersonName(),
        ],
    )


def mobile_field() -> Any:
    """A person's mobile number, which need not be given."""
    return TelField(_l("Mobile number"), filters=[stripped], validators=[Optional()])


class RegisterForm(Form):
    """A new account."""

    email = email_field(_l("E-mail address"))
    password = new_password_field(_l("Password"), lambda form: form.email.data or "")
    repeat = repeat_field("password")


class LoginForm(Form):
    """Logging in."""

    email = email_field(_l("E-mail address"))
    password = present_password_field(_l("Password"))
    remember = BooleanField(_l("Stay logged in on this device for 30 days"))


class ConfirmForm(Form):
    """Confirming an address with the password chosen for it."""

    password = present_password_field(_l("Password"))


class EmailForm(Form):
    """Asking for a mail."""

    email = email_field(_l("E-mail address"))


class ChoosePasswordForm(Form):
    """A new password through a link; `email` belongs to the link."""

    email = ""
    password = new_password_field(_l("New password"), lambda form: form.email)
    repeat = repeat_field("password")


class ChangePasswordForm(Form):
    """A new password in place of the present one; `email` is the customer's."""

    email = ""
    present = present_password_field(_l("Present password"))
    password = new_password_field(_l("New password"), lambda form: form.email)
    repeat = repeat_field("password")


class ChangeEmailForm(Form):
    """A new e-mail address."""

    email = email_field(_l("New e-mail address"))
    present = present_password_field(_l("Present password"))


class _ParticularsForm(Form):
    """Name, identity number and mobile number.

    What is stored already is shown masked beside an empty field; an empty field keeps it. Set
    `stored` and `stored_mobile` to what is kept; after validation they hold what is to be kept.
    """

    stored: IdNumber | None = None
    stored_mobile: str | None = None

    def validate_id_number(self, field: Any) -> None:
        if field.data:
            self.stored = check_id_number(field.data)

    def validate_mobile(self, field: Any) -> None:
        if field.data:
            self.stored_mobile = check_mobile(field.data)

    def validate_consent(self, field: Any) -> None:
        if self.id_number.data and not field.data:  # S-08
            raise ValidationError(
                _("We may keep the identity number only if you agree; please tick the box.")
            )


class ProfileForm(_ParticularsForm):
    """The customer's own particulars."""

    name = name_field()
    id_number = StringField(_l("Identity number"), filters=[stripped], validators=[Optional()])
    mobile = mobile_field()
    consent = BooleanField()


class PersonForm(_ParticularsForm):
    """Somebody insured often."""

    name = name_field()
    relation = RadioField(
        _l("Relation to you"),
        choices=[SelectChoice(slug, label) for slug, label in RELATIONS.items()],
        validators=[InputRequired(_l("Please choose the relation."))],
    )
    id_number = StringField(_l("Identity number"), filters=[stripped])
    mobile = mobile_field()
    consent = BooleanField()

    def validate_id_number(self, field: Any) -> None:
        if not field.data and self.stored is None:
            raise ValidationError(_("Please enter the identity number."))
        super().validate_id_number(field)
