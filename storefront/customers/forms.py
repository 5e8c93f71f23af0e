"""Forms of the staff's pages about customers."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, StringField
from wtforms.validators import DataRequired, Length, Optional

from storefront.accounts import forms
from storefront.extensions import Form

SHORTEST_REASON, LONGEST_REASON = 3, 200


def reason_field() -> StringField:
    """Why something is done; it stands in the audit."""
    return StringField(
        _l("Reason"),
        filters=[forms.stripped],
        validators=[
            DataRequired(_l("Please give a reason; it is recorded.")),
            Length(SHORTEST_REASON, LONGEST_REASON, _l("Please say it in 3 to 200 characters.")),
        ],
    )


class ReasonForm(Form):
    """Only a reason."""

    reason = reason_field()


class ContactForm(Form):
    """Name, mobile number and e-mail address of a customer."""

    name = StringField(
        _l("Name"),
        filters=[forms.stripped],
        validators=[
            Optional(),
            Length(max=forms.NAME_LENGTH, message=_l("The name is too long.")),
            forms.PersonName(),
        ],
    )
    mobile = forms.mobile_field()
    email = forms.email_field(_l("E-mail address"))
    reason = reason_field()

    def validate_mobile(self, field: StringField) -> None:
        if field.data:
            field.data = forms.check_mobile(field.data)


class CloseForm(Form):
    """That the list was read, and why the account is closed."""

    reason = reason_field()
    understood = BooleanField(
        _l("The customer asked for it and knows what is kept. This cannot be undone."),
        [DataRequired(_l("Please confirm this before you go on."))],
    )
