"""One field of a form made from data: what a template needs to draw it."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import request
from flask_babel import gettext as _

from storefront.catalog import occupations
from storefront.catalog.definition import AnswerField, Choice
from storefront.catalog.occupations import Occupation
from storefront.extensions import current_language

MOST_RADIOS = 6


@dataclass(frozen=True)
class FormField:
    """One field as the template draws it; `values` holds the entries of a map under their keys.

    `name` is that of the input: the key, or the name of a further insured person's answer.
    """

    field: AnswerField
    value: str
    values: Mapping[str, str]
    visible: bool
    errors: Mapping[str, str]
    name: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", self.name or self.field.key)

    @property
    def id(self) -> str:
        """The name as it stands in ids."""
        return self.name.replace(".", "-")

    @property
    def widget(self) -> str:
        """Which input fits: radios for few choices, a list for many, else by type."""
        if self.field.lookup:
            return "lookup"
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
    def query(self) -> str:
        """What was typed to find a value; only in a form that was sent, never in an address."""
        return request.form.get(f"{self.name}.search", "")

    @property
    def chosen(self) -> Occupation | None:
        """The line of the table that was chosen."""
        return occupations.table().get(self.value)

    @property
    def found(self) -> list[Occupation]:
        """What the query finds beside the one that is chosen."""
        return [item for item in occupations.search(self.query) if item.code != self.value]

    @property
    def choice_groups(self) -> list[tuple[object, list[Choice]]]:
        """Choices under their group headings, in the order of the definition."""
        groups: list[tuple[object, list[Choice]]] = []
        for choice in self.field.choices:
            if not groups or groups[-1][0] != choice.group:
                groups.append((choice.group, []))
            groups[-1][1].append(choice)
        return groups
