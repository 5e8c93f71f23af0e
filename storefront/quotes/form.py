"""The quote form as data: each field of the definition with its value, visibility and error."""

from collections.abc import Mapping

from storefront.catalog import messages
from storefront.catalog.answers import lenient
from storefront.catalog.bundle import ProductBundle
from storefront.catalog.definition import AnswerField, all_hold
from storefront.catalog.facts import derive
from storefront.catalog.form import FormField
from storefront.quotes.service import Assessment


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
