"""What a customer answers to get a price: the fields of a product and the rules across them."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import model_validator

from storefront.catalog.definition.base import AnswerKey, EntryKey, Part, Raw, Text, added_later
from storefront.catalog.definition.conditions import Condition

FieldType = Literal["date", "int", "money", "ratio", "choice", "bool", "map"]


class Choice(Part):
    """One permitted value; with `when`, permitted only while the conditions hold."""

    value: Raw
    label: Text
    help: Text | None = None
    group: Text | None = None
    when: tuple[Condition, ...] = ()


class MapEntry(Part):
    """One amount of a map, for example the limit of one head of cover."""

    key: EntryKey
    label: Text
    help: Text | None = None


class AnswerField(Part):
    """One question of the quote.

    `choices` restrict a field of any type. `absent` is the value that stands for leaving it empty, such
    as 0 for a rider that was not taken; a field without it has to be answered. `example` feeds the
    premium examples and is never put into a form; `suggest` is a neutral proposal that is. With
    `lookup` the value is a code out of a table, found by words, and decides the answer that it `fills`.
    """

    key: AnswerKey
    label: Text
    help: Text | None = None
    type: FieldType
    subject: Literal["policy", "insured"] = "policy"
    unit: Text | None = None
    min: Decimal | None = None
    max: Decimal | None = None
    step: Decimal | None = None
    choices: tuple[Choice, ...] = ()
    entries: tuple[MapEntry, ...] = ()
    shown_when: tuple[Condition, ...] = ()
    required_when: tuple[Condition, ...] = ()
    lookup: Literal["occupations"] | None = added_later(None)
    fills: AnswerKey | None = added_later(None)
    absent: Raw | None = None
    suggest: Raw | None = None
    example: Raw | dict[str, Raw]

    @model_validator(mode="after")
    def _consistent(self) -> AnswerField:
        if (self.type == "map") != bool(self.entries):
            raise ValueError("a map, and nothing else, has entries")
        if bool(self.lookup) != bool(self.fills) or (self.lookup and self.type != "choice"):
            raise ValueError("a lookup is a choice that fills another answer")
        if self.type == "choice" and not self.choices and not self.lookup:
            raise ValueError("a choice needs choices")
        if isinstance(self.example, dict) != (self.type == "map"):
            raise ValueError("the example of a map, and of nothing else, is a table")
        if self.required_when and self.absent is None:
            raise ValueError("required_when without absent: the field is required anyway")
        return self


class Check(Part):
    """A rule across answers: when all conditions hold, `key` is to blame and `message` says why."""

    when: tuple[Condition, ...]
    key: AnswerKey
    message: Text
