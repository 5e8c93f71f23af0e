"""What an adjudication is given: the contract, the incident, the losses, what was used before.

All of it is plain data, read from JSON or TOML and checked; amounts are yuan, times carry a zone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field

from storefront.catalog.definition import ProductDefinition
from storefront.catalog.definition.base import Part

Money = Annotated[Decimal, Field(ge=0, le=Decimal("999999999999.99"))]
NONE = Decimal(0)


class Refused(Part):
    """A part of what is claimed that an article excludes: the code of the exclusion, the amount."""

    reason: str
    amount: Money


class Loss(Part):
    """One head of loss: what is claimed under one cover, and the facts its formula needs.

    `claim_type` chooses the formula, where several know the cover. `person` tells the people hurt
    apart: insured persons, employees, third parties. For fixed benefits `claimed` does not matter.
    """

    code: str
    cover: str
    claim_type: str | None = None
    person: str = ""
    claimed: Money = NONE
    refused: tuple[Refused, ...] = ()
    paid_by_social: Money = NONE
    """By basic medical insurance, or by the work-injury fund."""
    paid_by_others: Money = NONE
    settled_by_social: bool | None = None
    """Whether basic medical insurance settled its part first; None where nobody has looked."""
    occurred_on: date | None = None
    """Of the death, the disability, the diagnosis, or of the last expense."""
    first_on: date | None = None
    """Of the first expense or day, where there are several."""
    onset_on: date | None = None
    """When the illness first showed itself."""
    birth_date: date | None = None
    other_death_cover: Money = NONE
    grades: tuple[Annotated[int, Field(ge=1, le=10)], ...] = ()
    illness: str | None = None
    lasted_days: int | None = Field(default=None, ge=0)
    died_on: date | None = None
    days: int | None = Field(default=None, ge=0)
    daily: Money | None = None
    expenses: Money = NONE
    consent: bool | None = None
    monthly_wage: Money | None = None
    city: str | None = None
    months: int = Field(default=0, ge=0)
    """For how many months a monthly allowance has been paid so far."""


class Misstatement(Part):
    """An answer in the application that turned out to be wrong (V-08).

    `decisive`: it would have changed acceptance or premium; `causal`: it bears on this incident.
    """

    known_on: date
    intent: bool
    decisive: bool
    causal: bool


class Incident(Part):
    """What happened. `event` is the same for claims of one accident; `exclusions` were found to apply."""

    at: AwareDatetime
    known_at: AwareDatetime
    reported_at: AwareDatetime
    event: str
    assessed_on: date
    cause: Literal["accident", "illness", "suicide", "other"] | None = None
    exclusions: tuple[str, ...] = ()
    special_terms: tuple[int, ...] = ()
    """Positions of special terms of the contract that were found to exclude it."""
    capacity: bool | None = None
    """Whether the person had capacity; matters for suicide alone (C-06)."""
    at_fault: bool | None = None
    return_delayed: bool | None = None
    """Whether the person could not be back in time without being to blame; None where not known."""
    controls: Mapping[str, bool] = Field(default_factory=dict)
    """What was found of promised measures and questions of the questionnaire: yes or no, by code."""
    public_on: date | None = None
    misstatement: Misstatement | None = None


class Used(Part):
    """What an earlier claim took of the limits under one cover: its payment, loss, deductible, days."""

    claim: str
    event: str
    at: AwareDatetime
    cover: str
    claim_type: str = ""
    person: str = ""
    paid: Money = NONE
    loss: Money = NONE
    deductible: Money = NONE
    days: int = Field(default=0, ge=0)
    grades: tuple[int, ...] = ()


class Contract(Part):
    """The contract as it stood at the incident (C-08), with what the agency's books say about it.

    `content` is that of the policy transaction. `changed_since`: an endorsement recorded after the
    incident reaches back to it.
    """

    content: Mapping[str, Any]
    state: str = "in_force"
    begun_at: AwareDatetime
    reinstated_at: AwareDatetime | None = None
    premium_due: Money = NONE
    premiums_paid: Money = NONE
    cash_value: Money | None = None
    changed_since: bool = False

    @property
    def start_at(self) -> datetime:
        return datetime.fromisoformat(self.content["start_at"])

    @property
    def end_at(self) -> datetime:
        return datetime.fromisoformat(self.content["end_at"])


@dataclass(frozen=True)
class Case:
    """Everything one adjudication looks at; `tables` are those of the product version."""

    product: ProductDefinition
    contract: Contract
    incident: Incident
    losses: tuple[Loss, ...]
    used: tuple[Used, ...] = ()
    tables: Mapping[str, list[dict[str, str]]] = field(default_factory=dict)
