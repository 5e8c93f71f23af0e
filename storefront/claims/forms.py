"""Forms of the report: they judge the shape; what speaks against a claim is said by `notices`."""

from datetime import date, datetime, time
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, StringField, TextAreaField
from wtforms.fields import EmailField, TelField
from wtforms.validators import DataRequired, Email, InputRequired, Length, Optional, ValidationError

from storefront import clock
from storefront.extensions import Form
from storefront.identity import IdentityError, normalise_mobile

EARLIEST = date(1990, 1, 1)
LONGEST_STORY = 4000


def stripped(value: str | None) -> str | None:
    """A text without blanks around it."""
    return value.strip() if value else value


class FindForm(Form):
    """A policy of somebody else, by what is printed on it and who is insured in it."""

    number = StringField(
        _l("Policy number"),
        [DataRequired(_l("Please enter the policy number.")), Length(max=60)],
        filters=[stripped],
    )
    id_number = StringField(
        _l("Identity number of the policyholder or of an insured person"),
        [DataRequired(_l("Please enter the identity number.")), Length(max=40)],
        filters=[stripped],
    )


class WhatForm(Form):
    """What happened, when and to whom."""

    claim_type = RadioField(
        _l("What happened?"),
        [InputRequired(_l("Please choose what happened."))],
    )
    person = RadioField(_l("To whom?"), [InputRequired(_l("Please choose the person."))])
    person_name = StringField(
        _l("Who was hurt, or whose property was damaged?"),
        [DataRequired(_l("Please say who is concerned.")), Length(max=120)],
        filters=[stripped],
    )
    incident_on = StringField(
        _l("On which day?"), [DataRequired(_l("Please enter the day."))], filters=[stripped]
    )
    incident_time = StringField(_l("At what time?"), [Optional()], filters=[stripped])
    known_on = StringField(
        _l("When did you learn of it, if that was later?"), [Optional()], filters=[stripped]
    )

    def validate_incident_on(self, field: Any) -> None:
        """A day that has been."""
        _past_day(field.data)

    def validate_incident_time(self, field: Any) -> None:
        """A time of day, and not one still to come."""
        try:
            at = time.fromisoformat(field.data)
            day = date.fromisoformat(self.incident_on.data or "")
        except ValueError:
            if _is_time(field.data):
                return  # the day is what is wrong
            raise ValidationError(_("Please enter a time such as 14:30.")) from None
        if datetime.combine(day, at, clock.SHANGHAI) > clock.now():
            raise ValidationError(_("This time has not come yet."))

    def validate_known_on(self, field: Any) -> None:
        """A day that has been, and not before the incident."""
        known = _past_day(field.data)
        try:
            happened = date.fromisoformat(self.incident_on.data or "")
        except ValueError:
            return
        if known < happened:
            raise ValidationError(_("This is before the day on which it happened."))


class WhereForm(Form):
    """Where, and the story in one's own words."""

    place = StringField(
        _l("Where?"),
        [DataRequired(_l("Please say where it happened.")), Length(max=200)],
        filters=[stripped],
    )
    what = TextAreaField(
        _l("What happened, in a few sentences?"),
        [
            DataRequired(_l("Please say in a few words what happened.")),
            Length(max=LONGEST_STORY, message=_l("Please keep it below 4,000 characters.")),
        ],
        filters=[stripped],
    )


class ReporterForm(Form):
    """Who reports, and how to reach them."""

    role = RadioField(
        _l("You report as"), [InputRequired(_l("Please choose what you are in this matter."))]
    )
    name = StringField(
        _l("Your name"),
        [DataRequired(_l("Please enter your name.")), Length(max=60)],
        filters=[stripped],
    )
    mobile = TelField(
        _l("Mobile number"),
        [DataRequired(_l("Please enter a mobile number."))],
        filters=[stripped],
    )
    email = EmailField(
        _l("E-mail address"),
        [
            DataRequired(_l("Please enter an e-mail address.")),
            Email(_l("This is not an e-mail address.")),
        ],
        filters=[stripped],
    )

    def validate_mobile(self, field: Any) -> None:
        """A mobile number of Mainland China."""
        try:
            field.data = normalise_mobile(field.data)
        except IdentityError:
            raise ValidationError(
                _("This is not a mobile number of Mainland China; it has 11 digits.")
            ) from None


class SendForm(Form):
    """The consent without which health data and bank accounts may not be used (S-08)."""

    consent = BooleanField(
        validators=[
            DataRequired(_l("We can look at the claim only if you agree; please tick the box."))
        ]
    )


def values_of(form: Form) -> dict[str, str]:
    """What was typed, for keeping."""
    return {
        field.name: str(field.data or "")
        for field in form
        if field.name not in ("csrf_token", "consent")
    }


def _past_day(text: str) -> date:
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        raise ValidationError(_("Please enter a date such as 2026-05-31.")) from None
    if day > clock.local_date(clock.now()):
        raise ValidationError(_("This day has not come yet."))
    if day < EARLIEST:
        raise ValidationError(_("Please check the year."))
    return day


def _is_time(text: str) -> bool:
    try:
        time.fromisoformat(text)
    except ValueError:
        return False
    return True
