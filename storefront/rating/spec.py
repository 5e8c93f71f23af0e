"""Reading a rating definition: the exact types its parts share, and all its faults at once."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Annotated, Self, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from storefront.money import LARGEST
from storefront.rating.faults import SpecError, SpecFault


def _exact(value: object) -> object:
    """A number as its author wrote it: 0.0104 stays 0.0104, also after a float parser."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return value
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return value


Exact = Annotated[Decimal, BeforeValidator(_exact)]
Share = Annotated[Exact, Field(ge=0, lt=1)]
Listed = Annotated[list[int], Field(min_length=1)]


class SpecModel(BaseModel):
    """A part of a definition: strict types, no unknown keys, never changed."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Span(SpecModel):
    """The amounts a definition admits, ends included."""

    at_least: Exact = Decimal(0)
    at_most: Exact = LARGEST

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not 0 <= self.at_least <= self.at_most <= LARGEST:
            raise ValueError(f"at_least and at_most must rise, from 0 to {LARGEST}")
        return self


class Ages(SpecModel):
    """The ages at the start of cover a definition admits, ends included."""

    at_least: int = Field(ge=0)
    at_most: int

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.at_least > self.at_most:
            raise ValueError("at_most must not be below at_least")
        return self


Model = TypeVar("Model", bound=SpecModel)


def read_spec(model: type[Model], spec: Mapping[str, object]) -> Model:
    """Check a definition against its model; raises ``SpecError`` with every fault by its key."""
    try:
        return model.model_validate(spec)
    except ValidationError as error:
        raise SpecError(
            SpecFault(".".join(str(part) for part in fault["loc"]), fault["msg"])
            for fault in error.errors(include_url=False)
        ) from None
