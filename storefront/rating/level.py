"""Level premiums over many years: term life, and critical illness with two decrements."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from storefront.money import round_fen
from storefront.rating.actuarial import (
    Floats,
    gross_level_premium,
    minimum_cash_values,
    other_deaths,
)
from storefront.rating.answers import Answers
from storefront.rating.premium import Premium, premium_of
from storefront.rating.spec import Ages, Exact, Listed, Share, Span, SpecModel, read_spec
from storefront.rating.tables import SEXES, Table, Tables


class CashValueSpec(SpecModel):
    """Minimum cash value: interest above that of the premium, k, the years over which r rises."""

    interest_addition: Share
    start: Share
    ramp_years: int = Field(ge=1)
    loadings: str


class LevelSpec(SpecModel):
    """Parameters of ``level-premium``."""

    basis: Literal["level-premium"]
    interest: Share
    loadings: Annotated[list[Share], Field(min_length=1)]
    deaths: str
    age: Ages
    latest_end_age: int
    sum_insured: Span
    term_years: Listed
    pay_years: Listed
    cash_value: CashValueSpec


class CriticalIllnessSpec(SpecModel):
    """Parameters of ``critical-illness``; cover runs to a listed age."""

    basis: Literal["critical-illness"]
    interest: Share
    loadings: Annotated[list[Share], Field(min_length=1)]
    deaths: str
    diagnoses: str
    share_of_deaths: str
    first_year_benefit: Exact = Field(ge=0, le=1)
    age: Ages
    sum_insured: Span
    cover_to_age: Listed
    pay_years: Listed
    cash_value: CashValueSpec


@dataclass(frozen=True, slots=True)
class Plan:
    """What the unit rate depends on: sex, age at the start, years of cover and of payment."""

    sex: str
    age: int
    years: int
    pay_years: int


@dataclass(frozen=True, slots=True)
class Risk:
    """Claims and exits of one sex by attained age, and the benefit of the first policy year."""

    claims: Floats
    exits: Floats
    first_year_benefit: float

    def of(self, plan: Plan) -> tuple[Floats, Floats]:
        """Claims and exits by policy year."""
        ages = slice(plan.age, plan.age + plan.years)
        claims = self.claims[ages].copy()
        claims[0] *= self.first_year_benefit
        return claims, self.exits[ages]


class LevelBasis:
    """A level premium per unit of sum insured, kept by plan once computed."""

    def __init__(
        self,
        spec: LevelSpec | CriticalIllnessSpec,
        risks: Mapping[str, Risk],
        cash_loadings: Mapping[int, list[float]],
    ) -> None:
        self.spec = spec
        self._risks = risks
        self._cash_loadings = cash_loadings
        self._rates: dict[Plan, float] = {}
        self.line = "death" if isinstance(spec, LevelSpec) else "critical-illness"
        self.cover_key = "term_years" if isinstance(spec, LevelSpec) else "cover_to_age"

    @property
    def covers(self) -> list[int]:
        """The listed answers to the question how long cover lasts."""
        spec = self.spec
        return spec.term_years if isinstance(spec, LevelSpec) else spec.cover_to_age

    def plan(self, sex: str, age: int, cover: int, pay_years: int) -> Plan:
        """The plan of such answers."""
        years = cover if isinstance(self.spec, LevelSpec) else cover - age
        return Plan(sex, age, years, pay_years)

    def objections(self, plan: Plan) -> list[tuple[str, str, dict[str, object]]]:
        """What does not fit together in a plan: the key at fault, the code, its parameters."""
        found: list[tuple[str, str, dict[str, object]]] = []
        spec = self.spec
        if isinstance(spec, LevelSpec) and plan.age + plan.years > spec.latest_end_age:
            params: dict[str, object] = {"age": plan.age, "latest_end_age": spec.latest_end_age}
            found.append((self.cover_key, "cover-ends-too-late", params))
        if plan.pay_years > plan.years:
            found.append(("pay_years", "pays-longer-than-cover", {"years": plan.years}))
        return found

    def rate(self, plan: Plan) -> float:
        """Gross annual premium per yuan of sum insured."""
        if plan not in self._rates:
            claims, exits = self._risks[plan.sex].of(plan)
            loadings = [float(loading) for loading in self.spec.loadings]
            self._rates[plan] = gross_level_premium(
                claims, exits, float(self.spec.interest), _kept(loadings, plan.pay_years)
            )
        return self._rates[plan]

    @cached_property
    def rate_table(self) -> Floats:
        """Rates by sex, age above the lowest, listed cover and listed pay years, for batches.

        NaN where the answers do not fit together.
        """
        ages = range(self.spec.age.at_least, self.spec.age.at_most + 1)
        return np.array(
            [
                [[[self._rate_or_nan(self.plan(*key, cover, pay)) for pay in self.spec.pay_years]
                  for cover in self.covers]
                 for key in ((sex, age) for age in ages)]
                for sex in SEXES
            ]
        )  # fmt: skip

    def _rate_or_nan(self, plan: Plan) -> float:
        return float("nan") if self.objections(plan) else self.rate(plan)

    def price(self, answers: Mapping[str, object]) -> Premium:
        """The first annual premium."""
        plan, sum_insured = self._read(answers)
        unrounded = Decimal(repr(self.rate(plan) * float(sum_insured)))
        return premium_of([(self.line, unrounded)], "sum_insured")

    def cash_values(self, answers: Mapping[str, object]) -> tuple[Decimal, ...]:
        """Minimum cash values in yuan at the end of policy years 1…n."""
        plan, sum_insured = self._read(answers)
        cash, paid = self.spec.cash_value, plan.pay_years
        values = minimum_cash_values(
            *self._risks[plan.sex].of(plan),
            float(self.spec.interest + cash.interest_addition),
            _kept(self._cash_loadings[paid], paid),
            start=float(cash.start),
            ramp=min(cash.ramp_years, paid),
        )
        unit = float(sum_insured)
        return tuple(round_fen(Decimal(repr(float(value) * unit))) for value in values[1:])

    def _read(self, given: Mapping[str, object]) -> tuple[Plan, Decimal]:
        answers, spec = Answers(given), self.spec
        plan = self.plan(
            answers.choice("sex", SEXES),
            answers.age("birth_date", "start_date", spec.age.at_least, spec.age.at_most),
            answers.whole_of(self.cover_key, self.covers),
            answers.whole_of("pay_years", spec.pay_years),
        )
        sum_insured = answers.number(
            "sum_insured", spec.sum_insured.at_least, spec.sum_insured.at_most
        )
        answers.check()
        for key, code, params in self.objections(plan):
            answers.refuse(key, code, **params)
        answers.check()
        return plan, sum_insured


def _kept(loadings: list[float], years: int) -> Floats:
    """Shares of the premium left after the loading, by year; the last loading stays."""
    listed = loadings[:years]
    return 1.0 - np.array(listed + [loadings[-1]] * (years - len(listed)))


def build_level(spec: Mapping[str, object], tables: Mapping[str, Table]) -> LevelBasis:
    """The basis ``level-premium``: a benefit at death within the term."""
    model, reader = read_spec(LevelSpec, spec), Tables(tables)
    deaths = reader.by_age("deaths", model.deaths, model.latest_end_age)
    cash_loadings = _cash_loadings(reader, model)
    reader.check()
    risks = {sex: Risk(deaths[sex], deaths[sex], 1.0) for sex in SEXES}
    return LevelBasis(model, risks, cash_loadings)


def build_critical_illness(spec: Mapping[str, object], tables: Mapping[str, Table]) -> LevelBasis:
    """The basis ``critical-illness``: a benefit at first diagnosis; other deaths end the cover."""
    model, reader = read_spec(CriticalIllnessSpec, spec), Tables(tables)
    end = max(model.cover_to_age)
    deaths = reader.by_age("deaths", model.deaths, end)
    diagnoses = reader.by_age("diagnoses", model.diagnoses, end)
    shares = reader.by_age("share_of_deaths", model.share_of_deaths, end)
    cash_loadings = _cash_loadings(reader, model)
    if model.age.at_most >= min(model.cover_to_age):
        reader.fault("cover_to_age", "cover must last beyond the highest age at the start")
    reader.check()
    first = float(model.first_year_benefit)
    risks = {}
    for sex, claims in diagnoses.items():
        exits = claims[:end] + other_deaths(deaths[sex][:end], shares[sex][:end])
        if np.any(exits > 1.0):
            reader.fault(model.diagnoses, "diagnoses and other deaths exceed 1 at some age")
        risks[sex] = Risk(claims[:end], exits, first)
    reader.check()
    return LevelBasis(model, risks, cash_loadings)


def _cash_loadings(reader: Tables, spec: LevelSpec | CriticalIllnessSpec) -> dict[int, list[float]]:
    """Loadings by policy year for each listed number of years of payment."""
    name = spec.cash_value.loadings
    rows = reader.rows(
        "cash_value.loadings", name, ["pay_from", "pay_to", "policy_year", "loading"]
    )
    found: dict[int, list[float]] = {years: [] for years in spec.pay_years}
    for number, row in enumerate(rows, 1):
        where = f"{name}:{number}"
        low = reader.whole(where, row["pay_from"])
        high = reader.whole(where, row["pay_to"]) if row["pay_to"] else max(spec.pay_years)
        for years, loadings in found.items():
            if low <= years <= high:
                loadings.append(float(reader.number(where, row["loading"])))
    for years, loadings in found.items():
        if rows and not loadings:
            reader.fault(name, f"no loadings for {years} years of payment")
    return found
