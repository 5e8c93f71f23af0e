"""The questions as a form: each field with its value, visibility and error."""

from collections.abc import Iterable, Mapping

from flask_babel import gettext as _

from storefront.advice.questions import Group, Questionnaire, lenient
from storefront.catalog import messages
from storefront.catalog.definition import all_hold
from storefront.catalog.faults import Fault
from storefront.catalog.form import FormField

FilledGroup = tuple[Group, list[FormField]]


def filled_groups(
    questions: Questionnaire, raw: Mapping[str, str], faults: Iterable[Fault] = ()
) -> list[FilledGroup]:
    """All groups with their fields; a field shows once the answers before it call for it."""
    known = lenient(questions, raw)
    errors = {fault.key: sentence(questions, fault) for fault in faults}
    return [
        (
            group,
            [
                FormField(
                    field=field,
                    value=raw.get(field.key, ""),
                    values={},
                    visible=all_hold(field.shown_when, known),
                    errors={field.key: errors[field.key]} if field.key in errors else {},
                )
                for field in group.fields
            ],
        )
        for group in questions.groups
    ]


def summary(questions: Questionnaire, faults: Iterable[Fault]) -> list[tuple[str, str]]:
    """Field id and sentence of every fault, for the top of the form."""
    return [(f"field-{fault.key}", sentence(questions, fault)) for fault in faults]


def sentence(questions: Questionnaire, fault: Fault) -> str:
    """What is wrong with an answer."""
    if fault.code == "not-possible":
        return _("This birth date cannot be right.")
    return messages.sentence(questions, fault)
