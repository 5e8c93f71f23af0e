"""What the customer writes to an underwriter. The forms judge shape only."""

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from storefront.applications.decisions.appeals import LONGEST_REASON, SHORTEST_REASON
from storefront.applications.decisions.questions import LONGEST
from storefront.extensions import Form


class AnswerForm(Form):
    """The answer to an underwriter's question."""

    text = TextAreaField(
        _l("Your answer"),
        [
            DataRequired(_l("Please write an answer.")),
            Length(max=LONGEST, message=_l("Please shorten the text to 2,000 characters.")),
        ],
    )


class AppealForm(Form):
    """Why the decision should be looked at again."""

    reason = TextAreaField(
        _l("Why should we look at it again?"),
        [
            DataRequired(_l("Please say why.")),
            Length(min=SHORTEST_REASON, message=_l("Please say it in a sentence at least.")),
            Length(max=LONGEST_REASON, message=_l("Please shorten the text to 2,000 characters.")),
        ],
    )
