"""What the contract and the product agreed, looked up for one head of loss."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any, TypeVar

from storefront.catalog import answers as catalog_answers
from storefront.catalog import members
from storefront.catalog.definition import Benefit, ClaimType
from storefront.catalog.definition.base import Part
from storefront.catalog.definition.benefits import Terms
from storefront.catalog.definition.claims import ClaimRules
from storefront.catalog.facts import derive
from storefront.claims.rules.facts import Case, Loss
from storefront.clock import local_date

T = TypeVar("T", bound=Part)


class Agreed:
    """One case's contract and product, read once: answers as typed facts, covers by code."""

    def __init__(self, case: Case) -> None:
        self.case = case

    @cached_property
    def facts(self) -> dict[str, object]:
        """The answers of the contract with what follows from them."""
        return derive(self.case.product, self._answers)

    def facts_of(self, loss: Loss) -> dict[str, object]:
        """The same for one insured person, where each gave answers of its own."""
        people = members.each(self.case.product, self._answers)
        number = int(loss.person) if loss.person.isdigit() else 0
        return derive(self.case.product, people[number if number < len(people) else 0])

    @cached_property
    def _answers(self) -> dict[str, object]:
        return catalog_answers.load(self.case.product, self.case.contract.content["answers"])

    @property
    def stated(self) -> dict[str, dict[str, Any]]:
        """The questions about the enterprise as they were asked and answered, by code."""
        kept = self.case.contract.content.get("controls") or {"answers": []}
        return {asked["code"]: asked for asked in kept["answers"]}

    @cached_property
    def covers(self) -> dict[str, dict[str, Any]]:
        """The covers that the contract holds (C-08); a rider that was not taken is not among them."""
        return {cover["code"]: cover for cover in self.case.contract.content["covers"]}

    @property
    def rules(self) -> ClaimRules | None:
        return self.case.product.claims

    def sum_insured(self, cover: str) -> Decimal:
        """The sum insured of a cover in yuan; zero where it was not taken."""
        return Decimal(self.covers.get(cover, {}).get("limit") or 0)

    def deductible(self, cover: str) -> Decimal:
        return Decimal(self.covers.get(cover, {}).get("deductible") or 0)

    def waiting_days(self, cover: str) -> int:
        return int(self.covers.get(cover, {}).get("waiting_days") or 0)

    def number(self, key: str | None) -> Decimal:
        """A figure that an answer gives; zero where there is none."""
        value = self.facts.get(key or "")
        return (
            Decimal(value)
            if isinstance(value, int | Decimal) and not isinstance(value, bool)
            else Decimal(0)
        )

    def claim_type(self, loss: Loss) -> ClaimType:
        """The claim type whose formula computes a loss: its own, else the first that knows the cover.

        One event may have heads of several claim types, so the claim's own need not know the cover.
        """
        fitting = [t for t in self.case.product.claim_types if loss.cover in t.benefit.covers]
        return next((t for t in fitting if t.code == loss.claim_type), fitting[0])

    def benefit(self, loss: Loss) -> Benefit:
        return self.claim_type(loss).benefit

    def terms(self, loss: Loss) -> Terms:
        return self.benefit(loss).terms

    def terms_as(self, loss: Loss, kind: type[T]) -> T:
        """The terms of a benefit that is known to be of one kind."""
        terms = self.terms(loss)
        if not isinstance(terms, kind):
            raise TypeError(f"{loss.cover} is not a benefit of the kind {kind.__name__}")
        return terms

    def clause(self, loss: Loss | None, matter: str) -> str:
        """The article about a matter: the claim type's own, else the product's, else none."""
        own = self.benefit(loss).clauses if loss else {}
        if loss and matter == "benefit":
            return own.get(loss.cover) or own.get(matter, "")
        return own.get(matter) or (self.rules.clauses.get(matter, "") if self.rules else "")

    def incident_day(self) -> date:
        return local_date(self.case.incident.at)

    def in_period(self, moment: datetime) -> bool:
        """Whether a moment lies in the period of insurance, or in the hours by which it is extended."""
        return self.case.contract.start_at <= moment < self.covered_until

    @property
    def covered_until(self) -> datetime:
        """The end of cover with the hours for which a delayed return extends it."""
        hours = self.rules.extension_hours if self.rules else 0
        return self.case.contract.end_at + timedelta(hours=hours)
