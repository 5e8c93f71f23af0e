"""The parameters of each benefit formula, by the kind of the benefit. Figures stand in the product."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

from pydantic import Field, model_validator

from storefront.catalog.definition.base import AnswerKey, Code, Part

Share = Decimal
Basis = Literal["fixed", "indemnity"]
Scope = Literal["event", "period"]
Several = Literal["worst-raised", "worst"]


class SumInsured(Part):
    """The sum insured once the event has happened: all of it (fixed) or the liability up to it.

    `less` names covers whose payments are taken off: those for the same event, or all of them.
    `conditions` names a table of illnesses and how long each has to have lasted.
    """

    basis: Basis = "fixed"
    within_days: int | None = Field(default=None, gt=0)
    less: tuple[Code, ...] = ()
    less_of: Scope = "event"
    for_minors: bool = False
    ends_contract: bool = False
    conditions: Code | None = None


class Graded(Part):
    """A share of the sum insured by disability grade, grade 1 first.

    `several = "worst-raised"`: of several disabilities of one accident the worst grade counts, raised
    by one where it occurs more than once.
    """

    shares: tuple[Share, ...] = Field(min_length=1)
    basis: Basis = "fixed"
    within_days: int | None = Field(default=None, gt=0)
    several: Several = "worst"


class Reimbursement(Part):
    """(eligible − paid elsewhere − deductible left) × ratio.

    `deductible_meets`: which compensation from elsewhere counts towards the deductible. The lower ratio
    is for who is insured as having basic medical insurance and was treated without using it.
    """

    ratio: Decimal = Field(default=Decimal(1), gt=0, le=1)
    ratio_without_social_insurance: Decimal | None = Field(default=None, gt=0, le=1)
    social_insurance_key: AnswerKey = "social_insurance"
    within_days: int | None = Field(default=None, gt=0)
    deductible_per: Scope = "event"
    deductible_meets: tuple[Literal["social", "others"], ...] = ()


class DailyCash(Part):
    """Days × an agreed amount, or × a day's wage; the days are used up over the period or the event."""

    days_max: int = Field(gt=0)
    days_per: Scope = "period"
    amount: Literal["limit", "wage"] = "limit"
    month_days: Decimal | None = Field(default=None, gt=0)
    """By how many days a month's wage is divided."""

    @model_validator(mode="after")
    def _wage_has_days(self) -> DailyCash:
        if self.amount == "wage" and self.month_days is None:
            raise ValueError("a day's wage needs month_days")
        return self


class LiabilityLimits(Part):
    """What the insured owes to others, within limits that are lower without fault."""

    without_fault: dict[Code, Decimal] = Field(default_factory=dict)


class LossOfHead(Part):
    """Loss − deductible, of an event of a company; the answers named hold the agreed figures.

    Where a deductible amount (or waiting days) and a rate are both agreed, the higher deduction counts.
    """

    ratio: Decimal = Field(default=Decimal(1), gt=0, le=1)
    per_event_limit: AnswerKey | None = None
    aggregate: AnswerKey | None = None
    deductible: AnswerKey | None = None
    deductible_rate: AnswerKey | None = None
    deductible_over: Literal["event", "head"] = "head"
    waiting_days: AnswerKey | None = None
    months: AnswerKey | None = None
    needs_consent: tuple[Code, ...] = ()
    within_days_of_publicity: dict[Code, int] = Field(default_factory=dict)


class WorkInjury(Part):
    """Statutory benefits after a work injury (C-09), up to the share of the limit by grade.

    `benefits` names the table of months and shares by grade, `insured_key` the answer that says whether
    the work-injury fund insures the employees. The lists are how version 1 wrote the table.
    """

    benefits: Code | None = None
    insured_key: AnswerKey | None = None
    shares: tuple[Share, ...] = ()
    several: Several = "worst"
    lump_sum_months: tuple[Decimal, ...] = ()
    monthly_shares: tuple[Decimal, ...] = ()
    wage_floor: Decimal | None = None
    wage_cap: Decimal | None = None


Terms = SumInsured | Graded | Reimbursement | DailyCash | LiabilityLimits | LossOfHead | WorkInjury

KINDS: dict[str, type[Part]] = {
    "sum-insured": SumInsured,
    "graded": Graded,
    "reimbursement": Reimbursement,
    "daily-cash": DailyCash,
    "liability-limits": LiabilityLimits,
    "loss-of-head": LossOfHead,
    "work-injury": WorkInjury,
}


def terms_of(kind: str, params: dict[str, Any]) -> Terms:
    """The parameters of one benefit, typed; pydantic's ValidationError where they are at fault."""
    return KINDS[kind].model_validate(params)  # type: ignore[return-value]
