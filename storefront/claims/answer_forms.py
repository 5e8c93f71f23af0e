"""Forms of a claim after the report: amounts by kind of benefit, the account to pay to, an objection."""

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FormField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields import FieldList
from wtforms.fields.choices import SelectChoice
from wtforms.form import Form as PlainForm
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    Optional,
    StopValidation,
    ValidationError,
)

from storefront import clock
from storefront.claims import bank
from storefront.claims.forms import LONGEST_STORY, stripped
from storefront.extensions import Form
from storefront.money import LARGEST

ROWS = 1
MOST_ROWS = 30
CAUSES = {
    "accident": _l("an accident"),
    "illness": _l("an illness"),
    "other": _l("something else, or not known yet"),
}


class _Amount:
    """An amount in yuan; empty means nothing."""

    def __call__(self, form: Any, field: Any) -> None:
        text = (field.data or "").replace(",", "").strip()
        if not text:
            return
        try:
            amount = Decimal(text)
        except InvalidOperation:
            raise ValidationError(_("Please enter an amount such as 1250.50.")) from None
        if not amount.is_finite() or amount < 0 or amount > LARGEST:
            raise ValidationError(_("Please enter an amount such as 1250.50."))
        if amount != round(amount, 2):
            raise ValidationError(_("Please enter at most two decimals."))
        field.data = str(amount)


class _PastDay:
    """A day that has been."""

    def __call__(self, form: Any, field: Any) -> None:
        if not field.data:
            return
        try:
            day = date.fromisoformat(field.data)
        except ValueError:
            raise ValidationError(_("Please enter a date such as 2026-05-31.")) from None
        if day > clock.local_date(clock.now()):
            raise ValidationError(_("This day has not come yet."))


def _money(label: Any, required: str = "") -> Any:
    first = DataRequired(required) if required else Optional()
    return StringField(label, [first, _Amount()], filters=[stripped])


def _day(label: Any, required: str = "") -> Any:
    first = DataRequired(required) if required else Optional()
    return StringField(label, [first, _PastDay()], filters=[stripped])


class InvoiceRow(PlainForm):
    """One invoice; a row that is wholly empty is none."""

    number = StringField(_l("Invoice number"), [Length(max=60)], filters=[stripped])
    issued_on = StringField(_l("Date"), [_PastDay()], filters=[stripped])
    amount = StringField(_l("Amount (yuan)"), [_Amount()], filters=[stripped])

    @property
    def is_empty(self) -> bool:
        return not (self.number.data or self.issued_on.data or self.amount.data)

    def validate(self, extra_validators: Any = None) -> bool:
        """All three, or none."""
        fine = bool(super().validate(extra_validators))
        if self.is_empty:
            return True
        for field in (self.number, self.issued_on, self.amount):
            if not field.data:
                field.errors = [*field.errors, _("Please fill in the whole row.")]
                fine = False
        return fine


class _ForIllness:
    """Needed where the cause is an illness, else it may stay empty."""

    def __call__(self, form: Any, field: Any) -> None:
        if not field.data:
            raise StopValidation(
                _("Please enter the day.") if form.cause.data == "illness" else None
            )


class CauseForm(Form):
    """By what it came about; where it matters, on which day an illness first showed itself."""

    cause = RadioField(
        _l("By what?"),
        [InputRequired(_l("Please choose one."))],
        choices=[SelectChoice(slug, label) for slug, label in CAUSES.items()],
    )
    onset_on = StringField(
        _l("If it is an illness: on which day did its first signs show?"),
        [_ForIllness(), _PastDay()],
        filters=[stripped],
    )


class InvoicesForm(CauseForm):
    """Medical expenses, invoice by invoice, and what others have paid of them."""

    invoices = FieldList(FormField(InvoiceRow), min_entries=ROWS, max_entries=MOST_ROWS)
    settled = RadioField(
        _l("Did basic medical insurance settle its part first?"),
        [InputRequired(_l("Please choose yes or no."))],
        choices=[SelectChoice("yes", _l("Yes")), SelectChoice("no", _l("No"))],
    )
    social = _money(_l("Paid by basic medical insurance (yuan)"))
    others = _money(_l("Paid by other insurers or by who caused it (yuan)"))

    def validate_invoices(self, field: Any) -> None:
        """At least one, and none twice."""
        if all(row.form.is_empty for row in field.entries):
            raise ValidationError(_("Please enter at least one invoice."))
        numbers = ["".join((row.form.number.data or "").split()) for row in field.entries]
        twice = next((number for number in numbers if number and numbers.count(number) > 1), None)
        if twice is not None:
            raise ValidationError(
                _("Invoice %(number)s stands here twice; please enter each once.", number=twice)
            )


class EventForm(CauseForm):
    """When it came about, and by what; an amount where it is owed by law and not agreed."""

    occurred_on = _day(_l("On which day did it come about?"), _l("Please enter the day."))
    amount = _money(_l("Amount claimed (yuan)"), _l("Please enter the amount."))
    others = _money(_l("Paid by others (yuan)"))


class GradeForm(EventForm):
    """A benefit by disability grade; the assessment says it, the customer may not know it yet."""

    grade = SelectField(
        _l("Disability grade, if it is known"),
        choices=[
            SelectChoice("", _l("not known yet")),
            *[SelectChoice(str(n), str(n)) for n in range(1, 11)],
        ],
    )


class DaysForm(CauseForm):
    """Days in hospital or off work."""

    first = _day(_l("First day"), _l("Please enter the day."))
    last = _day(_l("Last day"), _l("Please enter the day."))
    amount = _money(_l("Amount claimed, if it is not by the day (yuan)"))

    def validate_last(self, field: Any) -> None:
        """Not before the first."""
        try:
            before = date.fromisoformat(field.data) < date.fromisoformat(self.first.data or "")
        except ValueError:
            return
        if before:
            raise ValidationError(_("The last day is before the first."))


class HeadRow(PlainForm):
    """What is claimed under one cover."""

    amount = _money(_l("Amount claimed (yuan)"))
    others = _money(_l("Paid by others (yuan)"))


class HeadsForm(Form):
    """Losses under several covers; nothing is claimed where a row is empty."""

    heads = FieldList(FormField(HeadRow))

    def validate_heads(self, field: Any) -> None:
        """Something is claimed."""
        if not any(row.form.amount.data for row in field.entries):
            raise ValidationError(_("Please enter at least one amount."))


class AccountForm(Form):
    """Where to pay to."""

    payee = StringField(
        _l("Account holder"),
        [DataRequired(_l("Please enter the name of the account holder.")), Length(max=60)],
        filters=[stripped],
    )
    bank = StringField(
        _l("Bank and branch"),
        [DataRequired(_l("Please enter the bank.")), Length(max=80)],
        filters=[stripped],
    )
    number = StringField(
        _l("Account or card number"),
        [DataRequired(_l("Please enter the number.")), Length(max=40)],
        filters=[stripped],
    )
    consent = BooleanField(
        validators=[
            DataRequired(_l("We may keep the account only if you agree; please tick the box."))
        ]
    )

    def validate_number(self, field: Any) -> None:
        """Digits, a fitting length, and the check digit of a card."""
        try:
            field.data = bank.parse_number(field.data)
        except bank.BankNumberError as error:
            raise ValidationError(
                {
                    "digits": _("An account number has digits only."),
                    "length": _("An account number has 9 to 25 digits."),
                    "check-digit": _("This card number was mistyped; please compare it once more."),
                }[error.slug]
            ) from None


class ObjectionForm(Form):
    """Why the customer sees it differently."""

    reasons = TextAreaField(
        _l("Why do you see it differently?"),
        [
            DataRequired(_l("Please say why; a few sentences are enough.")),
            Length(max=LONGEST_STORY, message=_l("Please keep it below 4,000 characters.")),
        ],
        filters=[stripped],
    )
