"""Whom a product insures, and who may take it out."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import Field, model_validator

from storefront.catalog.definition.base import Code, Part, added_later

Relation = Literal["self", "spouse", "child", "parent", "other-relative", "employee"]


class PersonLimit(Part):
    """The most that one person may be insured for at a time under one cover, over all policies here."""

    cover: Code
    at_most: Decimal = Field(gt=0)


class Insured(Part):
    """Who may be insured. `max = 0` means that the policyholder itself is the insured.

    Priced `once`, all together cost one premium; `each` costs the same for every person; `own` asks
    every person the answers whose subject is the insured and prices each on them.
    """

    min: int = Field(ge=0)
    max: int = Field(ge=0)
    pricing: Literal["each", "own", "once"] = "once"
    age_min: int | None = None
    age_max: int | None = None
    limits: tuple[PersonLimit, ...] = added_later(())
    relations: tuple[Relation, ...] = ()

    @model_validator(mode="after")
    def _ordered(self) -> Insured:
        if self.min > self.max:
            raise ValueError("min is above max")
        if bool(self.max) != bool(self.relations):
            raise ValueError("insured persons need permitted relations, and only they do")
        return self


class Policyholder(Part):
    person: bool
    company: bool
    age_min: int = 18

    @model_validator(mode="after")
    def _somebody(self) -> Policyholder:
        if not (self.person or self.company):
            raise ValueError("nobody could take the policy out")
        return self
