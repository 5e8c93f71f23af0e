"""The forms of the verification page."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from werkzeug.datastructures import FileStorage
from wtforms import StringField
from wtforms.validators import DataRequired, Length, ValidationError

from storefront.extensions import Form
from storefront.policies.checking import clean_code, is_code

LARGEST_FILE = 20 * 1024 * 1024


class CodeForm(Form):
    """A verification code as typed from paper."""

    code = StringField(
        _l("Verification code"),
        [DataRequired(_l("Please enter the verification code.")), Length(max=40)],
    )

    def validate_code(self, field: StringField) -> None:
        """Its check character finds a mistyped one."""
        if not is_code(clean_code(field.data)):
            raise ValidationError(
                _("This is not a verification code; please compare it with the policy once more.")
            )


class FileForm(Form):
    """A policy as PDF."""

    file = FileField(_l("Policy document (PDF)"), [FileRequired(_l("Please choose the PDF file."))])

    def validate_file(self, field: FileField) -> None:
        """A PDF of bearable size; what is in it, `checking` judges."""
        uploaded: FileStorage = field.data
        start = uploaded.stream.read(1024)
        size = uploaded.stream.seek(0, 2)
        uploaded.stream.seek(0)
        if size > LARGEST_FILE:
            raise ValidationError(_("The file is larger than 20 MB."))
        if b"%PDF-" not in start:
            raise ValidationError(_("This file is not a PDF."))
