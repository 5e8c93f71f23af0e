"""The quote form as data: each field of the definition with its value, visibility and error."""

from collections.abc import Mapping, Sequence

from storefront.catalog import members, messages, occupations
from storefront.catalog.answers import lenient, names_of, to_int
from storefront.catalog.bundle import ProductBundle
from storefront.catalog.definition import AnswerField, ProductDefinition, all_hold
from storefront.catalog.facts import derive
from storefront.catalog.form import FormField
from storefront.quotes.service import Assessment

ADD_PERSON, REMOVE_PERSON = "add-person", "remove-person"


def given(bundle: ProductBundle, source: Mapping[str, str], prefix: str = "") -> dict[str, str]:
    """The product's own keys out of a form or an address.

    Further insured persons keep their empty answers, so that somebody just added is not lost.
    """
    definition = bundle.definition
    names = names_of(definition)
    found = {
        name: source[prefix + name].strip()
        for name in names
        if source.get(prefix + name, "").strip()
    }
    for number in range(1, _people_in(definition, source.get(prefix + "persons", ""))):
        for name in _own_names(definition):
            whole = members.name_of(number, name)
            found[whole] = source.get(prefix + whole, "").strip()
    return dict(occupations.fill(definition, found))


def changed_people(
    bundle: ProductBundle, raw: Mapping[str, str], action: str
) -> dict[str, str] | None:
    """The answers with a person more or less, where that is what the pressed button asks for."""
    definition = bundle.definition
    wanted, _, argument = action.partition(":")
    number = to_int(argument)
    if wanted == REMOVE_PERSON and number is not None:
        return members.without(definition, raw, number)
    if wanted != ADD_PERSON:
        return None
    count = members.count_raw(definition, raw)
    if count >= definition.insured.max:
        return dict(raw)
    blank = {members.name_of(count, name): "" for name in _own_names(definition)}
    return {**raw, **blank}


def form_fields(
    bundle: ProductBundle, raw: Mapping[str, str], assessment: Assessment | None, *, complain: bool
) -> list[FormField]:
    """All fields of a product, filled with what was given; errors only when `complain`.

    The fields of further insured persons come after those of the definition.
    """
    definition = bundle.definition
    errors = {}
    if assessment is not None and complain:
        errors = {
            fault.key: messages.sentence(definition, fault) for fault in reversed(assessment.faults)
        }
    first, others = members.split(definition, raw)
    fields = []
    for number, person in enumerate((first, *others)):
        facts = derive(definition, lenient(definition, person))
        fields += [
            _field(field, person, facts, errors, number)
            for field in definition.answers
            if number == 0 or members.is_own(definition, field.key)
        ]
    return fields


def people_of(definition: ProductDefinition, fields: Sequence[FormField]) -> list[list[FormField]]:
    """The fields of each insured person; none where all share their answers."""
    found: dict[int, list[FormField]] = {}
    for item in fields:
        if members.is_own(definition, item.name):
            found.setdefault(members.person_of(item.name)[0], []).append(item)
    return list(found.values())


def _field(
    field: AnswerField,
    raw: Mapping[str, str],
    facts: Mapping[str, object],
    errors: Mapping[str, str],
    number: int,
) -> FormField:
    name = members.name_of(number, field.key)
    own_errors = {
        key: text for key, text in errors.items() if key == name or key.startswith(f"{name}.")
    }
    return FormField(
        field=field,
        value=raw.get(field.key) or field.suggest or "",
        values={entry.key: raw.get(f"{field.key}.{entry.key}", "") for entry in field.entries},
        visible=all_hold(field.shown_when, facts),
        errors=own_errors,
        name=name,
    )


def _own_names(definition: ProductDefinition) -> list[str]:
    return [name for name in names_of(definition) if members.is_own(definition, name)]


def _people_in(definition: ProductDefinition, text: str) -> int:
    """How many people a form asked about; one where the product asks nobody by itself."""
    if definition.insured.pricing != members.OWN:
        return 1
    return min(max(to_int(text.strip()) or 1, 1), definition.insured.max)
