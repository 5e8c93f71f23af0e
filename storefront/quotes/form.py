"""The quote form as data: each field of the definition with its value, visibility and error."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from storefront.catalog import messages
from storefront.catalog.answers import lenient
from storefront.catalog.bundle import ProductBundle
from storefront.catalog.definition import AnswerField, Choice, all_hold
from storefront.catalog.facts import derive
from storefront.extensions import current_language
from storefront.quotes.service import Assessment

MOST_RADIOS = 6


@dataclass(frozen=True)
class FormField:
    """One field as the template draws it; `values` holds the entries of a map under their keys."""

    field: AnswerField
    value: str
    values: Mapping[str, str]
    visible: bool
    errors: Mapping[str, str]

    @property
    def widget(self) -> str:
        """Which input fits: radios for few choices, a list for many, else by type."""
        if self.field.choices:
            return "radios" if len(self.field.choices) <= MOST_RADIOS else "list"
        return {"bool": "radios", "date": "date", "map": "map"}.get(self.field.type, "number")

    @property
    def options(self) -> list[tuple[str, str]]:
        """Value and label of each radio button."""
        if self.field.type == "bool" and not self.field.choices:
            return [("true", _("Yes")), ("false", _("No"))]
        language = current_language()
        return [(choice.value, choice.label.in_language(language)) for choice in self.field.choices]

    @property
    def choice_groups(self) -> list[tuple[object, list[Choice]]]:
        """Choices under their group headings, in the order of the definition."""
        groups: list[tuple[object, list[Choice]]] = []
        for choice in self.field.choices:
            if not groups or groups[-1][0] != choice.group:
                groups.append((choice.group, []))
            groups[-1][1].append(choice)
        return groups


def given(bundle: ProductBundle, source: Mapping[str, str], prefix: str = "") -> dict[str, str]:
    """The product's own keys out of a form or an address."""
    names = [
        name
        for field in bundle.definition.answers
        for name in ([f"{field.key}.{entry.key}" for entry in field.entries] or [field.key])
    ]
    return {
        name: source[prefix + name].strip()
        for name in names
        if source.get(prefix + name, "").strip()
    }


def form_fields(
    bundle: ProductBundle, raw: Mapping[str, str], assessment: Assessment | None, *, complain: bool
) -> list[FormField]:
    """All fields of a product, filled with what was given; errors only when `complain`."""
    facts = _facts(bundle, raw)
    errors = {}
    if assessment is not None and complain:
        errors = {
            fault.key: messages.sentence(bundle.definition, fault)
            for fault in reversed(assessment.faults)
        }
    return [_field(field, raw, facts, errors) for field in bundle.definition.answers]


def _field(
    field: AnswerField,
    raw: Mapping[str, str],
    facts: Mapping[str, object],
    errors: Mapping[str, str],
) -> FormField:
    own_errors = {
        key: text
        for key, text in errors.items()
        if key == field.key or key.startswith(f"{field.key}.")
    }
    return FormField(
        field=field,
        value=raw.get(field.key, field.suggest or ""),
        values={entry.key: raw.get(f"{field.key}.{entry.key}", "") for entry in field.entries},
        visible=all_hold(field.shown_when, facts),
        errors=own_errors,
    )


def _facts(bundle: ProductBundle, raw: Mapping[str, str]) -> dict[str, object]:
    return derive(bundle.definition, lenient(bundle.definition, raw))
