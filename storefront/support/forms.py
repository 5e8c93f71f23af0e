"""Forms of tickets, complaints, replies and help articles."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import EmailField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, Regexp, ValidationError

from storefront.accounts.rules import normalise_email
from storefront.extensions import Form
from storefront.support import rules
from storefront.support.tickets import LONGEST_TEXT, Letter

MISSING = _l("Please fill this in.")
TOPICS = {
    "buying": _l("Before buying"),
    "paying": _l("Payment"),
    "policy": _l("The electronic policy"),
    "changing": _l("Changing and cancelling"),
    "claims": _l("Claims"),
    "account": _l("My account and my data"),
    "other": _l("Something else"),
}
OUTCOMES = {
    "upheld": _l("The complaint is right"),
    "partly": _l("The complaint is right in part"),
    "rejected": _l("The complaint is not right"),
}


class TextForm(Form):
    """One text."""

    body = TextAreaField(
        _l("Your message"),
        [
            InputRequired(_l("Please write the message.")),
            Length(max=LONGEST_TEXT, message=_l("Please write at most 10,000 characters.")),
        ],
    )


class WriteForm(TextForm):
    """A question or complaint of somebody, with or without an account."""

    name = StringField(_l("Your name"), [InputRequired(_l("Please enter a name.")), Length(max=60)])
    email = EmailField(
        _l("E-mail address"),
        [InputRequired(_l("Please enter your e-mail address.")), Length(max=254)],
    )
    topic = SelectField(
        _l("What is it about?"),
        [InputRequired(_l("Please choose what it is about."))],
        choices=[],
        validate_choice=True,
    )
    subject = StringField(
        _l("In one line"),
        [InputRequired(_l("Please say in one line what it is about.")), Length(max=100)],
    )
    about = StringField(
        _l("Number of the policy, application or claim"),
        [Optional(), Length(max=40), Regexp(r"^[\w\-/ ]*$", message=_l("This is no such number."))],
    )
    form = HiddenField()

    def offer(self) -> None:
        """The topics, none of them chosen."""
        self.topic.choices = [("", str(_l("Please choose")))] + [
            (key, str(TOPICS[key])) for key in rules.TOPICS
        ]

    def validate_email(self, field: EmailField) -> None:
        """The field then holds the usual form of the address."""
        if field.errors:
            return
        try:
            field.data = normalise_email(field.data)
        except ValueError:
            said = _("Please enter an e-mail address such as name@example.com.")
            raise ValidationError(said) from None

    def letter(self, kind: str) -> Letter:
        """What was written, as a question or a complaint."""
        about = (self.about.data or "").strip()
        return Letter(
            kind,
            self.topic.data,
            self.subject.data.strip(),
            self.body.data,
            (about,) if about else (),
            self.form.data,
        )


class TakenDownForm(WriteForm):
    """What somebody told a member of staff."""

    kind = RadioField(
        _l("What is it?"),
        [InputRequired(_l("Please choose what it is."))],
        choices=[("question", _l("A question")), ("complaint", _l("A complaint"))],
        default="question",
    )
    name = StringField(
        _l("Name of the customer"), [InputRequired(_l("Please enter a name.")), Length(max=60)]
    )
    language = RadioField(
        _l("Language of our mails"),
        choices=[("zh", _l("Chinese")), ("en", _l("English"))],
        default="zh",
    )
    body = TextAreaField(
        _l("What the customer said"),
        [
            InputRequired(_l("Please write the message.")),
            Length(max=LONGEST_TEXT, message=_l("Please write at most 10,000 characters.")),
        ],
    )

    def offer(self, *, complaints: bool = True) -> None:
        """The topics; a complaint only for who may handle one."""
        super().offer()
        if not complaints:
            self.kind.choices = self.kind.choices[:1]


class VerdictForm(Form):
    """The decision of a complaint."""

    outcome = RadioField(
        _l("Decision"),
        [InputRequired(_l("Please choose a decision."))],
        choices=list(OUTCOMES.items()),
    )
    reasons = TextAreaField(
        _l("Reasons, as the customer reads them"),
        [InputRequired(_l("Please give the reasons.")), Length(max=LONGEST_TEXT)],
    )


class ReasonForm(Form):
    """Why a deadline is put off."""

    reason = TextAreaField(
        _l("Reason, as the customer reads it"),
        [InputRequired(_l("Please give the reasons.")), Length(max=2000)],
    )


class WordingForm(Form):
    """A title and a text in both languages."""

    title_zh = StringField(_l("Title in Chinese"), [InputRequired(MISSING), Length(max=120)])
    title_en = StringField(_l("Title in English"), [InputRequired(MISSING), Length(max=120)])
    body_zh = TextAreaField(
        _l("Text in Chinese"), [InputRequired(MISSING), Length(max=LONGEST_TEXT)]
    )
    body_en = TextAreaField(
        _l("Text in English"), [InputRequired(MISSING), Length(max=LONGEST_TEXT)]
    )


class ArticleForm(WordingForm):
    """A help article; its address and topic can be chosen when it is new."""

    slug = StringField(
        _l("Address of the page"),
        [
            InputRequired(MISSING),
            Regexp(
                r"^[a-z0-9]+(-[a-z0-9]+)*$",
                message=_l("Please use small letters, figures and hyphens."),
            ),
            Length(max=60),
        ],
    )
    topic = SelectField(_l("Topic"), choices=[(key, TOPICS[key]) for key in rules.TOPICS])
