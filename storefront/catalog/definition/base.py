"""The building blocks of a product definition: bilingual text and values as a customer would type them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
AnswerKey = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
EntryKey = Annotated[str, StringConstraints(pattern=r"^[a-zA-Z][a-zA-Z0-9_]*$", max_length=60)]
NonEmpty = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Part(BaseModel):
    """Base of everything in a definition: immutable, and a key nobody knows is a fault."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def added_later(default: Any) -> Any:
    """A field that published versions may lack.

    While it has its default it is left out of the stored form, so that a version published before it
    existed keeps its content hash.
    """
    return Field(default=default, exclude_if=lambda value: value == default)


class Text(Part):
    """One text in both languages; neither may be missing."""

    zh: NonEmpty
    en: NonEmpty

    def in_language(self, language: str) -> str:
        return self.en if language.startswith("en") else self.zh


def _as_typed(value: Any) -> Any:
    """TOML writes `20`, `true` or a date where a customer types text: keep all of them as text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    return value


Raw = Annotated[str, BeforeValidator(_as_typed)]
"""A value in the form a customer types it; the answer field it belongs to gives it its type."""


def _decimals_as_text(value: Any) -> Any:
    """Exact numbers as text, so that a definition is the same read from a file and from a row."""
    if isinstance(value, dict):
        return {key: _decimals_as_text(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_decimals_as_text(item) for item in value]
    return str(value) if isinstance(value, Decimal) else value


Parameters = Annotated[dict[str, Any], BeforeValidator(_decimals_as_text)]
"""Free-form parameters of a formula; decimals are text, whole numbers stay numbers."""
