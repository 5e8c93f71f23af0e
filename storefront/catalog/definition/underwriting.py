"""How a product is underwritten: rules over answers, and the terms that they lead to."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import Field

from storefront.catalog.definition.base import Code, Part, Text, added_later
from storefront.catalog.definition.conditions import Condition

Outcome = Literal["standard", "loaded", "excluded", "postponed", "declined", "refer"]


class Exclusion(Part):
    """Something that underwriting can take out of the cover; the text becomes part of the contract."""

    code: Code
    text: Text


class RuleTerms(Part):
    """What a rule asks for: which of these an outcome needs, `catalog.underwriting_checks` knows.

    `percent` is of the person's premium, `per_mille` of its sum insured a year. `exclusion` names one of
    the product's. A postponed person applies again after so many `months`, or `after` something happened.
    """

    percent: Decimal | None = Field(default=None, gt=0, exclude_if=lambda value: value is None)
    per_mille: Decimal | None = Field(default=None, gt=0, exclude_if=lambda value: value is None)
    exclusion: Code | None = added_later(None)
    months: int | None = Field(default=None, gt=0, exclude_if=lambda value: value is None)
    after: Text | None = added_later(None)


class UnderwritingRule(Part):
    """An outcome when all conditions hold over answers, derived facts and declared answers.

    `topics` says what it is about beyond the keys that it reads, so that products can be compared whose
    questions differ.
    """

    code: Code
    when: tuple[Condition, ...] = Field(min_length=1)
    outcome: Outcome
    params: RuleTerms = RuleTerms()
    topics: tuple[Code, ...] = added_later(())
    message: Text

    @property
    def subjects(self) -> frozenset[str]:
        """What the rule is about: its topics, or where it names none the keys that it reads."""
        return frozenset(self.topics) or frozenset(condition.key for condition in self.when)


class LoadingCap(Part):
    """The most that the loadings of one person may add up to, and what follows above it."""

    percent: Decimal = Field(gt=0)
    per_mille: Decimal = Field(gt=0)
    outcome: Literal["refer", "declined"]
    message: Text


class Underwriting(Part):
    rules: tuple[UnderwritingRule, ...] = ()
    exclusions: tuple[Exclusion, ...] = added_later(())
    cap: LoadingCap | None = added_later(None)

    def exclusion(self, code: str) -> Exclusion:
        return next(item for item in self.exclusions if item.code == code)
