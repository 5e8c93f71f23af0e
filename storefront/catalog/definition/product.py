"""A product definition: one version of one product. What it must obey stands in `catalog.rules`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Literal, get_args

from pydantic import BaseModel, Field

from storefront.catalog.definition.base import (
    Code,
    NonEmpty,
    Parameters,
    Part,
    Text,
    added_later,
)
from storefront.catalog.definition.claims import ClaimRules
from storefront.catalog.definition.fields import AnswerField, Check
from storefront.catalog.definition.people import Insured, Policyholder
from storefront.catalog.definition.terms import (
    ApplicationForm,
    ClaimType,
    Cover,
    Examples,
    Faq,
    Highlights,
    NamedText,
    Payment,
    Question,
    Refund,
    Start,
    Term,
)
from storefront.catalog.definition.underwriting import Underwriting

Line = Literal["life", "health", "accident", "travel", "motor", "cyber", "liability"]
LINES: tuple[str, ...] = get_args(Line)
"""The lines in the order in which they are shown."""
Category = Literal[
    "term-life",
    "ordinary-life",
    "annuity",
    "critical-illness",
    "medical",
    "nursing",
    "accident",
    "travel-accident",
    "motor-compulsory",
    "cyber",
    "employers-liability",
]


class ProductDefinition(Part):
    """Everything the storefront knows about one version of a product, except clauses and tables."""

    code: Code
    version: int = Field(ge=1)
    line: Line
    category: Category
    insurer: Code
    clause_name: Text
    marketing_name: Text
    summary: Text
    filing_number: NonEmpty
    illustrative: bool = False
    valid_from: date
    valid_to: date | None = None
    group: Literal["personal", "company"] = "personal"
    needs: tuple[Code, ...] = Field(min_length=1)

    covers: tuple[Cover, ...] = Field(min_length=1)
    highlights: Highlights
    answers: tuple[AnswerField, ...] = Field(min_length=1)
    checks: tuple[Check, ...] = ()
    examples: Examples

    insured: Insured
    policyholder: Policyholder
    beneficiaries: bool = False
    start: Start
    term: Term
    payment: Payment
    suitability: bool = False
    questions: tuple[Question, ...] = ()
    underwriting: Underwriting = Underwriting()
    application: ApplicationForm = ApplicationForm()

    rating: Parameters
    line_names: dict[str, Text] = Field(default_factory=dict)
    shared_tables: tuple[Code, ...] = ()
    refund: Refund
    cooling_off_days: int = Field(default=0, ge=0)
    contestability: Text
    reimburses_medical: bool = False  # N-04: asks about existing medical cover

    documents: tuple[NamedText, ...] = ()
    claim_types: tuple[ClaimType, ...] = Field(min_length=1)
    claims: ClaimRules | None = added_later(None)
    special_terms: tuple[Text, ...] = ()
    faq: tuple[Faq, ...] = Field(min_length=1)
    disclaimers: tuple[Text, ...] = ()

    def field(self, key: str) -> AnswerField:
        return next(field for field in self.answers if field.key == key)

    def cover(self, code: str) -> Cover:
        return next(cover for cover in self.covers if cover.code == code)

    def claim_type(self, code: str) -> ClaimType:
        return next(claim_type for claim_type in self.claim_types if claim_type.code == code)

    def asks(self, key: str) -> bool:
        return any(field.key == key for field in self.answers)

    @property
    def long_term(self) -> bool:
        """Whether the contract can run for more than a year, which is where cooling-off begins."""
        return self.term.kind == "to-age" or (self.term.kind == "years" and self.term.fixed != 1)

    def texts(self) -> Iterator[Text]:
        """Every bilingual text of the definition."""
        yield from _texts_in(self)


def _texts_in(value: object) -> Iterator[Text]:
    if isinstance(value, Text):
        yield value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _texts_in(getattr(value, name))
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts_in(item)
    elif isinstance(value, tuple | list):
        for item in value:
            yield from _texts_in(item)
