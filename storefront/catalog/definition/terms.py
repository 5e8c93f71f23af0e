"""The parts of a product that describe the contract: covers, people, term, payment, questions, claims."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import Field, model_validator

from storefront.catalog.definition.base import (
    AnswerKey,
    Code,
    EntryKey,
    Parameters,
    Part,
    Raw,
    Text,
    added_later,
)
from storefront.catalog.definition.benefits import Terms, terms_of
from storefront.catalog.definition.conditions import Condition


class Amount(Part):
    """A limit or deductible: a fixed amount, the amount of an answer, or one entry of a map answer.

    `factor` is another answer by which the amount is multiplied; `text` says what a number cannot.
    """

    fixed: Decimal | None = None
    key: AnswerKey | None = None
    entry: EntryKey | None = None
    factor: AnswerKey | None = None
    text: Text | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Amount:
        if (self.fixed is None) == (self.key is None) and self.text is None:
            raise ValueError("an amount is fixed or comes from an answer")
        if self.entry and not self.key:
            raise ValueError("entry needs the key of a map answer")
        return self


class Cover(Part):
    """One thing the policy pays for.

    What law limits for minors is the sum of their death benefits; premium returned at death, cash value
    and accidents in the air do not count (S-06).
    """

    code: Code
    name: Text
    description: Text
    kind: Literal["main", "rider"]
    limit: Amount
    deductible: Amount | None = None
    copay_ratio: Decimal | None = Field(default=None, ge=0, le=1)
    waiting_days: int = Field(default=0, ge=0)
    death_benefit: bool = False
    counts_for_minors: bool = added_later(default=True)


class Highlights(Part):
    """What P-02 wants conspicuous on the product page; None where the product has no such thing."""

    exclusions: Text
    deductible: Text | None = None
    proportional_payment: Text | None = None
    waiting_period: Text | None = None
    cooling_off: Text | None = None
    surrender_loss: Text | None = None


class Start(Part):
    """The window for the first day of cover, in days from the application, and the answer naming it."""

    earliest_days: int = Field(ge=0)
    latest_days: int = Field(ge=0)
    key: AnswerKey | None = None
    at: str = Field(default="00:00", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")


class Term(Part):
    """How long cover lasts: a fixed number of years or days, or one that an answer gives."""

    kind: Literal["years", "days", "to-age"]
    key: AnswerKey | None = None
    fixed: int | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def _one_source(self) -> Term:
        if (self.key is None) == (self.fixed is None):
            raise ValueError("the term is either fixed or an answer")
        return self


class Payment(Part):
    frequency: Literal["single", "annual", "instalments"]
    years_key: AnswerKey | None = None
    instalments: int | None = Field(default=None, gt=1)
    instalments_key: AnswerKey | None = None
    grace_days: int = Field(default=0, ge=0)


class FollowUp(Part):
    """Asked when the question above it was answered with yes."""

    code: Code
    text: Text
    help: Text | None = added_later(None)
    type: Literal["yes-no", "number", "text", "date"]
    unit: Text | None = None
    min: Decimal | None = None
    max: Decimal | None = None


class Question(Part):
    """One specific question of the health declaration (S-03)."""

    code: Code
    text: Text
    help: Text | None = None
    type: Literal["yes-no", "number"] = "yes-no"
    unit: Text | None = None
    min: Decimal | None = None
    max: Decimal | None = None
    follow_ups: tuple[FollowUp, ...] = ()


class ObjectField(Part):
    """A field about the insured object, asked in the application and not needed for the price."""

    key: AnswerKey
    label: Text
    help: Text | None = None
    validator: Literal["plate", "vin", "engine", "date-past", "text", "domain"]
    required: bool = True
    shown_when: tuple[Condition, ...] = ()


class ApplicationDocument(Part):
    """A document to be attached to the application while all conditions hold.

    They read answers, derived facts, and `policyholder_kind` (`person` or `company`).
    """

    code: Code
    name: Text
    help: Text | None = None
    required: bool = True
    when: tuple[Condition, ...] = ()


class EmployeeList(Part):
    """A list of employees is handed in; these answers of the quote have to agree with it."""

    count: AnswerKey
    category: AnswerKey | None = None
    work_injury_insured: AnswerKey | None = None


class ApplicationForm(Part):
    """What the application asks and the price does not need.

    The questionnaire is about the policyholder's enterprise, such as the security measures in place;
    like the health declaration it is answered completely and confirmed to be true (S-03).
    """

    extra: tuple[ObjectField, ...] = ()
    questionnaire: tuple[Question, ...] = added_later(())
    documents: tuple[ApplicationDocument, ...] = added_later(())
    employee_list: EmployeeList | None = added_later(None)


class Refund(Part):
    """What comes back when the policy ends early.

    `loading` is the share of expenses in the premium; `scale` names one of the scales in `table`.
    """

    basis: Literal["net-unearned", "pro-rata", "short-rate", "cash-value", "none"]
    loading: Decimal | None = Field(default=None, ge=0, lt=1)
    table: Code | None = None
    scale: Code | None = None
    reasons: tuple[Code, ...] = ()
    note: Text

    @model_validator(mode="after")
    def _complete(self) -> Refund:
        if (self.basis == "net-unearned") != (self.loading is not None):
            raise ValueError("net-unearned, and nothing else, needs a loading")
        if {self.basis == "short-rate"} != {self.table is not None, self.scale is not None}:
            raise ValueError("short-rate, and nothing else, needs a table and a scale")
        return self


class ClaimDocument(Part):
    code: Code
    name: Text
    required: bool = True


class Benefit(Part):
    """How a claim is computed: the kind names the formula, the params feed it (`benefits`).

    `clauses` gives the article by matter, such as `benefit` or `deductible`.
    """

    kind: Literal[
        "sum-insured",
        "graded",
        "reimbursement",
        "daily-cash",
        "liability-limits",
        "loss-of-head",
        "work-injury",
    ]
    covers: tuple[Code, ...] = Field(min_length=1)
    params: Parameters = Field(default_factory=dict)
    clauses: dict[Code, str] = added_later({})

    @property
    def terms(self) -> Terms:
        """The parameters, typed; pydantic's ValidationError where they are at fault."""
        return terms_of(self.kind, self.params)


class ClaimType(Part):
    """One kind of claim: `reserve` is what is put aside at the report, in yuan; `complex` ones have
    the longer time to be decided (C-02).
    """

    code: Code
    name: Text
    documents: tuple[ClaimDocument, ...] = Field(min_length=1)
    benefit: Benefit
    reserve: Decimal = Field(default=Decimal(10_000), ge=0)
    complex: bool = False


class NamedText(Part):
    code: Code
    name: Text


class Faq(Part):
    question: Text
    answer: Text


class Examples(Part):
    """The table of premium examples: one row per value of `vary`, one column per choice of `series`.

    `vary` is an answer key, or `age` for products that ask a birth date.
    """

    vary: str
    values: tuple[Raw, ...] = Field(min_length=1)
    series: AnswerKey | None = None
    note: Text | None = None
