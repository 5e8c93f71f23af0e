"""Forms of the application steps. They judge shape; `parties.py` and `rules.py` judge the rest."""

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, RadioField, SelectField, StringField
from wtforms.validators import Length, Optional

from storefront.applications.company import LONGEST_COMPANY_NAME
from storefront.applications.parties import LONGEST_ADDRESS, LONGEST_NAME
from storefront.extensions import Form

RELATIONS = {
    "self": _l("Myself"),
    "spouse": _l("Spouse"),
    "child": _l("Child"),
    "parent": _l("Parent"),
    "other-relative": _l("Other relative"),
    "employee": _l("Employee"),
}


class PersonForm(Form):
    """Particulars that every person in an application has."""

    name = StringField(_l("Full name, as on the identity card"), [Length(max=LONGEST_NAME)])
    id_number = StringField(_l("Identity number"), [Length(max=30)])
    mobile = StringField(_l("Mobile number"), [Length(max=30)])


class PolicyholderForm(PersonForm):
    address = StringField(_l("Address"), [Length(max=LONGEST_ADDRESS)])


class CompanyForm(Form):
    """A company by its register, and the person authorised to apply for it."""

    name = StringField(
        _l("Company name, as on the business licence"), [Length(max=LONGEST_COMPANY_NAME)]
    )
    uscc = StringField(_l("Unified social credit code"), [Length(max=30)])
    address = StringField(_l("Registered address"), [Length(max=LONGEST_ADDRESS)])
    legal_representative = StringField(_l("Legal representative"), [Length(max=LONGEST_NAME)])
    contact_name = StringField(
        _l("Your full name, as on the identity card"), [Length(max=LONGEST_NAME)]
    )
    contact_id_number = StringField(_l("Your identity number"), [Length(max=30)])
    contact_mobile = StringField(_l("Your mobile number"), [Length(max=30)])


class InsuredForm(PersonForm):
    """One insured person: somebody saved earlier, or a new one."""

    relation = RadioField(_l("Relation to you"), [Optional()], choices=[])

    def offer(self, relations: Iterable[str]) -> None:
        """Limits the relations to those the product permits, without `self`."""
        self.relation.choices = [(key, str(RELATIONS[key])) for key in relations if key != "self"]


class BeneficiaryForm(PersonForm):
    relation = SelectField(_l("Relation to the insured person"), [Optional()])
    rank = IntegerField(_l("Rank"), [Optional()])
    share = IntegerField(_l("Share of this rank, in percent"), [Optional()])

    def offer(self) -> None:
        """Near relatives; the insured person itself cannot receive its own death benefit."""
        keys = ("spouse", "child", "parent", "other-relative")
        self.relation.choices = [("", _("Please choose"))] + [
            (key, str(RELATIONS[key])) for key in keys
        ]


class StartForm(Form):
    start_date = DateField(_l("First day of cover"), [Optional()])
